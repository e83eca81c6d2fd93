# Logistic models by glm: standardized risks with glm's, sandwich's and an influence function's standard error, the likelihood
# ratio and its interval. Writes yes_or_no.csv and the data set that it makes up:  Rscript yes_or_no.R > yes_or_no.txt
suppressMessages({library(sandwich); library(emmeans)})
source("trials.R")
cases <- new_cases()

set.seed(47)
n <- 40
small <- data.frame(id = 1:n, arm = rep(c("a", "b"), c(14, 26)), x = round(rnorm(n), 2), site = "p")
small$y <- rbinom(n, 1, plogis(-0.8 + 1.1 * (small$arm == "b") + small$x))
write(small, "small_binary.csv")
n <- 420
three <- data.frame(id = 1:n, arm = rep(c("a", "b", "c"), c(100, 200, 120)), x = round(rnorm(n, 50, 8), 1),
                    site = sample(c("p", "q", "r", "s"), n, TRUE))
three$y <- rbinom(n, 1, plogis(-1 + 0.7 * (three$arm == "b") + 0.2 * (three$arm == "c") + 0.05 * (three$x - 50)))
three$y[sample(n, 45)] <- NA
write(three, "three_arms_binary.csv")

strict <- glm.control(epsilon = 1e-15, maxit = 100)

# Twice the fall of the log-likelihood with the treatment's coefficient held, its root with a sign.
signed_root <- function(m, d, formula, column, null) {
  held <- update(formula, paste("y ~ . - arm"))
  X <- model.matrix(m)
  d$offset <- null * X[, column]
  others <- X[, colnames(X) != column, drop = FALSE]
  m0 <- suppressWarnings(glm.fit(others, d$y, family = binomial(), offset = d$offset, control = strict))
  sign(coef(m)[column] - null) * sqrt(max(0, m0$deviance - m$deviance))
}

standardized <- function(m, d, treatment, comparator, ratio) {
  n <- nrow(d)
  of <- function(arm) {
    everybody <- d
    everybody$arm <- factor(arm, levels = levels(d$arm))
    X <- model.matrix(delete.response(terms(m)), everybody)
    p <- plogis(c(X %*% coef(m)))
    list(p = p, mean = mean(p), slope = colMeans(p * (1 - p) * X))
  }
  one <- of(treatment)
  zero <- of(comparator)
  a <- if (ratio) c(1 / one$mean, 1 / zero$mean) else c(1, 1)
  D <- a[1] * one$slope - a[2] * zero$slope
  V <- vcov(m)
  # Every participant's influence: on the coefficients (as sandwich has it) and through the covariates.
  influence <- c(estfun(m) %*% V %*% D) + (a[1] * (one$p - one$mean) - a[2] * (zero$p - zero$mean)) / n
  list(estimate = if (ratio) log(one$mean / zero$mean) else one$mean - zero$mean, model = sqrt(c(D %*% V %*% D)),
       robust = sqrt(sum(influence^2)), coefficients = sqrt(c(D %*% sandwich(m) %*% D)))
}

wald <- function(estimate, se, margin = 0) {
  z <- estimate / se
  list(estimate = estimate, se = se, statistic = z, p = 2 * pnorm(-abs(z)), lower = estimate - qnorm(0.975) * se,
       upper = estimate + qnorm(0.975) * se)
}

ask_all <- function(file, adjust, treatment = "b", comparator = "a", arms = "compared") {
  d <- na.omit(read.csv(file))
  if (arms == "compared") d <- d[d$arm %in% c(treatment, comparator), ]
  d$arm <- relevel(factor(d$arm), comparator)
  formula <- reformulate(c("arm", adjust), "y")
  m <- glm(formula, binomial, d, control = strict)
  m <- glm(formula, binomial, d, control = strict, start = coef(m))  # glm's weights are those of a step before
  column <- paste0("arm", treatment)
  words <- paste("--method logistic --value y --participant id --arm arm --arms", arms, "--compare",
                 paste(treatment, comparator, sep = ","), if (length(adjust)) paste("--adjust", paste(adjust, collapse = ",")))
  put <- function(more, values) cases$add(file, paste(words, more), values)
  b <- unname(coef(m)[column])
  put("--measure odds_ratio --se model", wald(b, sqrt(vcov(m)[column, column])))
  put("--measure odds_ratio --se robust", wald(b, sqrt(sandwich(m)[column, column])))
  for (measure in c("risk_difference", "risk_ratio")) {
    s <- standardized(m, d, treatment, comparator, measure == "risk_ratio")
    put(paste("--measure", measure, "--se model"), wald(s$estimate, s$model))
    put(paste("--measure", measure, "--se robust"), wald(s$estimate, s$robust))
    # The p value of the likelihood ratio beside the standardized risks and their interval.
    z <- signed_root(m, d, formula, column, 0)
    values <- wald(s$estimate, s$robust)
    values[c("statistic", "p")] <- list(z, 2 * pnorm(-abs(z)))
    put(paste("--measure", measure, "--statistic likelihood_ratio"), values)
  }
  # emmeans standardizes as well, with a standard error of the coefficients alone.
  s <- standardized(m, d, treatment, comparator, FALSE)
  g <- suppressMessages(emmeans(m, "arm", counterfactuals = "arm", regrid = "response", data = d))
  weights <- (levels(d$arm) == treatment) - (levels(d$arm) == comparator)
  of_emmeans <- as.data.frame(contrast(g, list(difference = weights)))
  cat(sprintf("%-24s emmeans %.8f %.8f   explicit %.8f %.8f   of the coefficients' sandwich %.8f, whole %.8f\n", file,
              of_emmeans$estimate, of_emmeans$SE, s$estimate, s$model, s$coefficients, s$robust))
  stopifnot(abs(of_emmeans$estimate - s$estimate) < 1e-8, abs(of_emmeans$SE / s$model - 1) < 1e-6)

  # The interval: where the root is the normal quantile. glm's own is a spline through the profile, and near.
  root <- function(null) signed_root(m, d, formula, column, null)
  se <- sqrt(vcov(m)[column, column])
  limit <- function(z, side) uniroot(function(null) root(null) - z, sort(b + side * c(0, 12) * se), tol = 1e-14)$root
  limits <- c(limit(qnorm(0.975), -1), limit(-qnorm(0.975), 1))
  of_glm <- suppressMessages(confint(m, column))
  cat(sprintf("%-24s confint %.6f %.6f   roots %.6f %.6f\n", file, of_glm[1], of_glm[2], limits[1], limits[2]))
  stopifnot(max(abs(of_glm - limits)) < 1e-3)
  z <- root(0)
  test <- anova(glm(update(formula, . ~ . - arm), binomial, d, control = strict), m, test = "LRT")
  if (nlevels(d$arm) == 2) stopifnot(abs(test$Deviance[2] - z^2) < 1e-9)
  put("--measure odds_ratio --se model --statistic likelihood_ratio",
      list(estimate = b, se = se, statistic = z, p = 2 * pnorm(-abs(z)), lower = limits[1], upper = limits[2]))
  z <- root(-0.3)
  put("--measure odds_ratio --se model --statistic likelihood_ratio --better higher --test noninferiority --margin 0.3",
      list(estimate = b, se = se, statistic = z, p = pnorm(-z)))
}

ask_all("binary.csv", c("x", "site"))
ask_all("binary.csv", character())
ask_all("small_binary.csv", "x")
ask_all("small_binary.csv", character())
ask_all("three_arms_binary.csv", c("x", "site"))
ask_all("three_arms_binary.csv", c("x", "site"), arms = "all")
ask_all("three_arms_binary.csv", "x", treatment = "c", comparator = "b", arms = "all")
cases$save("yes_or_no")
