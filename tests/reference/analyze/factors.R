# Several factors in one model: adjusted means by emmeans, whatever the order of the factors, and the coefficients with their
# standard errors and degrees of freedom by lmerTest, pbkrtest, lm and the explicit likelihood of likelihood.R. Writes
# factors_data.csv, factors_grouped.csv, factors.csv (contrasts) and coefficients.csv:  Rscript factors.R > factors.txt
suppressMessages({library(nlme); library(lme4); library(lmerTest); library(pbkrtest); library(emmeans); library(geepack)})
source("likelihood.R")
source("trials.R")
cases <- new_cases()
coefficients <- list()
add_coefficient <- function(data, arguments, term, estimate, se, df) coefficients[[length(coefficients) + 1]] <<-
  data.frame(data, arguments, term, estimate = format(estimate, digits = 13), se = format(se, digits = 13), df = format(df, digits = 13))

# Three arms, four visits; factors of four, three and two levels, each unbalanced, and a level of 'stage' that only people who
# were never seen are at. Covariates that are missing, quoted labels, CRLF and a byte order mark.
set.seed(71)
n <- 130
T <- 4
clinic <- sample(c("Oslo, north", "Oslo, south", "Bergen", "Tromso"), n, TRUE, c(0.55, 0.25, 0.15, 0.05))
stage <- sample(c("I", "II", "III"), n, TRUE, c(0.6, 0.3, 0.1))
sex <- sample(c("f", "m"), n, TRUE, c(0.8, 0.2))
base <- round(rnorm(n, 50, 9), 1)
arm <- sample(letters[1:3], n, TRUE, c(0.4, 0.35, 0.25))
S <- 25 * (0.4 + 0.6 * diag(T)) * outer(1 + 0.1 * (1:T), 1 + 0.1 * (1:T))
y <- 30 + 0.4 * base + 3 * (clinic == "Bergen") - 4 * (stage == "III") + 2 * (sex == "m") + matrix(rnorm(n * T), n) %*% chol(S) -
  outer(1 * (arm == "b") + 2 * (arm == "c"), 1:T)
y[outer(ceiling(rexp(n, 0.1)) + 1, 1:T, "<=")] <- NA
y[sample(n * T, 12)] <- NA
stage[c(7, 19)] <- "IV"
y[c(7, 19), ] <- NA
base[23] <- NA
sex[31] <- NA
d <- data.frame(id = sprintf("p %d", rep(1:n, T)), arm = rep(arm, T), clinic = rep(clinic, T), stage = rep(stage, T), sex = rep(sex, T),
                base = rep(base, T), visit = rep(1:T, each = n), y = round(c(y), 3), high = 1 * (c(y) > 47))
d <- d[order(d$visit, d$arm), ]  # neither by participant nor with the first visit of each first
file <- file("factors_data.csv", "wb")
quoted <- d
quoted$clinic <- paste0('"', quoted$clinic, '"')
lines <- c(paste(names(d), collapse = ","), apply(format(quoted, trim = TRUE), 1, paste, collapse = ","))
lines <- gsub("(^|,) *NA *", "\\1NA", lines)
writeBin(c(as.raw(c(0xef, 0xbb, 0xbf)), charToRaw(paste0(paste(lines, collapse = "\r\n"), "\r\n"))), file)
close(file)

read_data <- function() {
  d <- read.csv("factors_data.csv", fileEncoding = "UTF-8-BOM")
  stopifnot(identical(dim(d), c(as.integer(n * T), 9L)), d$clinic[1] %in% clinic)
  d <- na.omit(d)  # every model here has base and sex, the only covariates that somebody lacks
  for (name in c("arm", "clinic", "stage", "sex")) d[[name]] <- factor(d[[name]])
  d$v <- factor(d$visit)
  d
}
d <- read_data()
stopifnot(!"IV" %in% levels(d$stage))
words <- "--value y --participant id --arm arm --visit visit"

# ---- adjusted means ----------------------------------------------------------------------------------------------------------

# The maximum by Newton's steps on the explicit likelihood; the linear function of the coefficients is emmeans' own.
mmrm_fit <- function(formula, structure) {
  X <- model.matrix(formula, d)
  s <- structures(structure, T)
  model <- linear_model(d$y, X, as.integer(factor(d$id)), d$visit, rep("all", nrow(d)), function(t, kind) s$of(t), s$linear)
  fitted_model(model, s$near(residual_covariance(d$y, X, as.integer(factor(d$id)), d$visit, T)))
}
grid_of <- function(formula) {
  m <- gls(update(formula, y ~ .), d, correlation = corCompSymm(form = ~ 1 | id))
  function(specs, at = list()) emmeans(m, specs, at = at, data = d, mode = "df.error")
}

forms <- list(
  list(formula = ~ v * arm + base + clinic + stage + sex, orders = c("base,clinic,stage,sex", "sex,stage,base,clinic", "stage,sex,clinic,base")),
  list(formula = ~ v * arm + base + v * clinic + v * stage + sex, orders = c("clinic*visit,stage*visit,base,sex", "base,sex,stage*visit,clinic*visit")),
  list(formula = ~ v * arm + v * base + v * sex + stage, orders = c("base*visit,stage,sex*visit", "sex*visit,stage,base*visit")))
for (form in forms) for (structure in c("unstructured", "heterogeneous_ar1")) {
  fit <- mmrm_fit(form$formula, structure)
  grid <- grid_of(form$formula)
  put <- function(l, what, order, df) {
    values <- answer(fit, l, df)
    cases$add("factors_data.csv", paste("--method mmrm", words, "--covariance", structure, "--adjust", order, what, "--df", df), values)
    values
  }
  for (order in form$orders) {
    at4 <- grid(~ arm, list(v = "4"))
    means <- at4@linfct
    values <- put(means[2, ], "--mean b --at 4", order, "kenward_roger")
    put(means[3, ], "--mean c --at 4", order, "satterthwaite")
    put(means[2, ] - means[1, ], "--compare b,a --at 4", order, "kenward_roger")
    put(grid(~ arm)@linfct[1, ], "--mean a --at average", order, "kenward_roger")
    changes <- grid(~ v | arm, list(arm = "c"))@linfct
    put(changes[4, ] - changes[1, ], "--mean c --compare-visits 4,1", order, "satterthwaite")
  }
  cat(sprintf("%-18s %-44s mean of b at 4: %.6f (%.6f)\n", structure, form$orders[1], values$estimate, values$se))
}

exact <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))

# Generalized estimating equations, by geepack; the linear function is emmeans' of lm.
by_id <- d[order(d$id, d$visit), ]
by_id$person <- as.integer(factor(by_id$id))
m <- geeglm(y ~ v * arm + base + clinic + stage + sex, data = by_id, id = person, corstr = "independence")
l <- emmeans(lm(formula(m), d), ~ arm, at = list(v = "4"))@linfct[2, ]
for (order in forms[[1]]$orders)
  cases$add("factors_data.csv", paste("--method gee --correlation independence --correction none --df normal", words, "--adjust", order, "--mean b --at 4"),
            list(estimate = sum(l * coef(m)), se = sqrt(c(l %*% m$geese$vbeta %*% l))))

# One visit: the contrast by lm, in every order.
at4 <- droplevels(d[d$visit == 4, ])
stopifnot(table(at4$clinic) > 0)
m <- lm(y ~ arm + base + clinic + stage + sex, at4)
l <- as.numeric(names(coef(m)) == "armb")
V <- vcov(m)
for (order in forms[[1]]$orders) {
  arguments <- paste("--method ancova", words, "--at 4 --arms all --compare b,a --adjust", order)
  t <- coef(m)["armb"] / sqrt(V["armb", "armb"])
  cases$add("factors_data.csv", arguments, list(estimate = coef(m)[["armb"]], se = sqrt(V["armb", "armb"]), df = m$df.residual,
                                                statistic = t, p = 2 * pt(-abs(t), m$df.residual)))
}
for (term in c("armb", "armc", "base")) add_coefficient("factors_data.csv", arguments, c(armb = "arm=b", armc = "arm=c", base = "base")[[term]],
                                                        coef(m)[[term]], sqrt(V[term, term]), m$df.residual)

# Two means by t.test, and log odds by glm.
two <- t.test(y ~ arm, read.csv("factors_data.csv", fileEncoding = "UTF-8-BOM"), subset = visit == 4 & arm != "c")
cases$add("factors_data.csv", paste("--method mean_difference", words, "--at 4 --compare b,a"),
          list(estimate = diff(two$estimate)[[1]], se = two$stderr, df = two$parameter[[1]], statistic = -two$statistic[[1]], p = two$p.value))
m <- glm(high ~ arm + base + sex + clinic, binomial, at4, epsilon = 1e-15)
odds <- summary(m)$coefficients["armb", ]
for (order in c("base,sex,clinic", "clinic,base,sex"))
  cases$add("factors_data.csv", paste("--method logistic --measure odds_ratio --se model --arms all", sub("value y", "value high", words), "--at 4 --compare b,a --adjust", order),
            list(estimate = odds[[1]], se = odds[[2]], statistic = odds[[3]], p = odds[[4]]))

# ---- coefficients -------------------------------------------------------------------------------------------------------------

# Of the explicit likelihood, Kenward and Roger's and Satterthwaite's.
fit <- mmrm_fit(~ v * arm + base + sex, "unstructured")
X <- model.matrix(~ v * arm + base + sex, d)
row <- function(arm, visit) {
  new <- data.frame(v = factor(visit, levels = levels(d$v)), arm = factor(arm, levels = levels(d$arm)), base = 0, sex = factor("f", levels = levels(d$sex)))
  c(model.matrix(~ v * arm + base + sex, new))
}
terms <- list(`arm=b:visit=4` = row("b", 4) - row("a", 4), `arm=c:visit=2` = row("c", 2) - row("a", 2), `(Intercept):visit=3` = row("a", 3),
              base = as.numeric(colnames(X) == "base"), `sex=m` = as.numeric(colnames(X) == "sexm"))
for (df in c("kenward_roger", "kenward_roger_linear", "satterthwaite", "residual")) for (information in c("observed", "expected")) {
  if (df == "residual" && information == "expected") next
  for (term in names(terms)) {
    values <- answer(fit, terms[[term]], df, information)
    add_coefficient("factors_data.csv", paste("--method mmrm", words, "--compare b,a --at 4 --adjust base,sex --df", df,
                                              if (df != "residual") paste("--information", information)),
                    term, values$estimate, values$se, values$df)
  }
}

# By lmerTest and pbkrtest: a random intercept, which is compound symmetry, and therapy groups. Expected information.
from_lmer <- function(m, data, arguments, names) {
  table <- summary(m, ddf = "Kenward-Roger")$coefficients
  for (term in names(names)) add_coefficient(data, arguments, names[[term]], table[term, "Estimate"], table[term, "Std. Error"], table[term, "df"])
  plain <- sqrt(diag(as.matrix(vcov(m))))
  cat(sprintf("%-24s Kenward and Roger's errors are up to %.2f %% above the model's\n", data, 100 * max(table[, "Std. Error"] / plain - 1)))
}
few <- droplevels(d[d$id %in% sort(unique(d$id))[1:40], ])
write.csv(few[, c("id", "arm", "base", "visit", "y")], "factors_few.csv", row.names = FALSE, quote = FALSE)
few$v <- relevel(few$v, "4")
m <- lmer(y ~ v * arm + base + (1 | id), few, control = exact)
from_lmer(m, "factors_few.csv", paste("--method mmrm", words, "--compare b,a --at 4 --covariance compound_symmetry --adjust base --df kenward_roger --information expected"),
          c(`(Intercept)` = "(Intercept):visit=4", armb = "arm=b:visit=4", armc = "arm=c:visit=4", base = "base"))
m <- lmer(y ~ arm * visit + base + (visit | id), few, control = exact)
m_status <- if (isSingular(m)) "singular" else "inside"
cat("random intercept and slope:", m_status, "\n")
if (m_status == "inside") from_lmer(m, "factors_few.csv", paste("--method mixed --random intercept_slope", words, "--compare b,a --at 4 --adjust base --df kenward_roger --information expected"),
          c(`(Intercept)` = "(Intercept)", armb = "arm=b", visit = "visit", `armb:visit` = "arm=b:visit", base = "base"))

n <- 96
arm <- rep(c("a", "b"), each = n / 2)
grp <- ifelse(arm == "b", rep(1:8, length.out = n), NA)
base <- round(rnorm(n, 20, 4), 2)
grouped <- data.frame(id = 1:n, arm, grp, base, y = round(5 + 0.3 * base - 0.8 * (arm == "b") + ifelse(arm == "b", rnorm(8)[pmax(grp, 1, na.rm = TRUE)], 0) + rnorm(n), 4))
write(grouped, "factors_grouped.csv")
grouped$cl <- factor(ifelse(is.na(grp), 1000 + grouped$id, grp))
grouped$b <- as.numeric(grouped$arm == "b")
m <- lmer(y ~ b + base + (0 + b | cl), grouped, control = exact)
stopifnot(!isSingular(m))
from_lmer(m, "factors_grouped.csv", "--method mixed --value y --participant id --arm arm --cluster grp --compare b,a --adjust base --residual common --df kenward_roger --information expected",
          c(`(Intercept)` = "(Intercept)", b = "arm=b", base = "base"))

cases$save("factors")
write.csv(do.call(rbind, coefficients), "coefficients.csv", row.names = FALSE)
