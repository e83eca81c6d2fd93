# Mixed models of therapy groups beside the explicit likelihood of likelihood.R and, where they can, lme4, lmerTest and
# pbkrtest. Writes therapy_groups.csv and the data sets that it makes up:  Rscript therapy_groups.R > therapy_groups.txt  (after
# gee_corrections.R)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest)})
source("likelihood.R")
source("trials.R")
cases <- new_cases()

set.seed(43)
# Six groups of four beside 18 people who meet nobody, and groups that share nothing: they are more alike than chance has it.
n <- 42
arm <- rep(c("a", "b"), c(18, 24))
grp <- c(rep(NA, 18), rep(1:6, each = 4))
base <- round(rnorm(n), 3)
y <- round(0.4 * base + c(rep(0, 18), rep(rnorm(6), each = 4)) + rnorm(n) * ifelse(arm == "b", 1.3, 0.8), 4)
write(data.frame(id = 1:n, arm, grp, base, y), "six_groups.csv")
y <- 0.4 * base + rnorm(n)
y <- round(y - 0.7 * ifelse(is.na(grp), 0, ave(y, ifelse(is.na(grp), 0, grp))), 4)
write(data.frame(id = 1:n, arm, grp, base, y), "unlike_groups.csv")

# V = sigma_arm^2 1 + tau^2 J of a group, sigma_arm^2 of who is alone; theta = (tau^2, sigma^2, ...).
nested_model <- function(d, formula, by_arm, method) {
  cluster <- as.integer(factor(ifelse(is.na(d$grp), paste("alone", d$id), paste(d$arm, d$grp))))
  member <- ave(seq_along(cluster), cluster, FUN = seq_along)
  arms <- sort(unique(d$arm))
  kind <- paste(d$arm, ifelse(is.na(d$grp), "alone", "group"))
  size <- max(member)
  sigma <- function(theta, kind) {
    word <- strsplit(kind, " ")[[1]]
    residual <- theta[1 + if (by_arm) match(word[1], arms) else 1]
    diag(residual, size) + if (word[2] == "group") theta[1] else 0
  }
  model <- linear_model(d$y, model.matrix(formula, d), cluster, member, kind, sigma, TRUE, method)
  model$clusters <- max(cluster)
  model$residuals <- if (by_arm) length(arms) else 1
  model
}

# The maximum with tau^2 = 0, everything else as if tau^2 were a parameter that happens to be zero.
fit_at_zero <- function(model) {
  without <- model
  without$sigma <- function(theta, kind) model$sigma(c(0, theta), kind)
  theta <- c(0, maximize(without, rep(1, model$residuals)))
  slope <- score(model, theta)[1]
  stopifnot(slope < 0)
  matrices <- kenward_roger_matrices(model, theta)
  list(model = model, theta = theta, state = at(model, theta), matrices = matrices,
       expected = expected_information(model, theta, matrices))
}

ask_all <- function(file, adjust, by_arm = TRUE, arms = "all", treatment = "b", comparator = "a", method = "REML",
                    boundary = FALSE, rules = c("satterthwaite", "kenward_roger")) {
  d <- read.csv(file)
  if (arms == "compared") d <- d[d$arm %in% c(treatment, comparator), ]
  formula <- reformulate(c("arm", adjust))
  model <- nested_model(d, formula, by_arm, method)
  fit <- if (boundary) fit_at_zero(model) else fitted_model(model, c(0.1, rep(0.9, model$residuals)))
  names <- colnames(model.matrix(formula, d))
  l <- as.numeric(names == paste0("arm", treatment)) - as.numeric(names == paste0("arm", comparator))
  words <- paste("--method mixed --value y --participant id --arm arm --cluster grp --adjust", paste(adjust, collapse = ","),
                 "--compare", paste(treatment, comparator, sep = ","), "--arms", arms,
                 if (!by_arm) "--residual common", if (method == "ML") "--likelihood ml")
  status <- if (boundary) "boundary" else "ok"
  put <- function(df, information, counted = NA) {
    values <- answer(fit, l, df, if (boundary) "expected" else information, counted)
    values$status <- status
    rests <- if (df %in% c("residual", "between_within")) "" else paste(" --information", information)
    cases$add(file, paste0(words, " --df ", df, rests), values)
    values
  }
  out <- list()
  for (df in rules) for (information in c("observed", "expected")) out[[paste(df, information)]] <- put(df, information)
  put("residual", "observed")
  put("between_within", "observed", counted = model$clusters - model$p)
  with_lme4(d, formula, by_arm, method, l, out, fit)
}

# Where the residual variance is common to the arms lme4 knows the model.
with_lme4 <- function(d, formula, by_arm, method, l, out, fit) {
  cat(sprintf("tau^2 %8.5f  log-likelihood %.6f\n", fit$theta[1] * fit$model$scale^2, fit$state$log_likelihood))
  if (by_arm) return(invisible())
  d$cl <- factor(ifelse(is.na(d$grp), paste("alone", d$id), paste(d$arm, d$grp)))
  d$meets <- as.numeric(!is.na(d$grp))
  m <- lmer(update(formula, y ~ . + (0 + meets | cl)), d, REML = method == "REML",
            control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12), check.conv.singular = "ignore"))
  stopifnot(abs(as.numeric(logLik(m)) - fit$state$log_likelihood) < 1e-7)
  if (method == "ML") return(invisible())
  if (!isSingular(m)) {
    s <- contest(m, l, joint = FALSE)
    mine <- out[["satterthwaite observed"]]
    cat(sprintf("  lmerTest %.6f %.6f   explicit %.6f %.6f\n", s[1, 2], s[1, "df"], mine$se, mine$df))
    stopifnot(abs(s[1, 2] / mine$se - 1) < 1e-6, abs(s[1, "df"] / mine$df - 1) < 1e-4)
  }
  k <- KRmodcomp(m, rbind(l))
  mine <- out[["kenward_roger expected"]]
  se <- sqrt(c(l %*% as.matrix(vcovAdj(m)) %*% l))
  cat(sprintf("  pbkrtest %.6f %.6f   explicit %.6f %.6f\n", se, k$test["Ftest", "ddf"], mine$se, mine$df))
  stopifnot(abs(se / mine$se - 1) < 1e-6, abs(k$test["Ftest", "ddf"] / mine$df - 1) < 1e-4)
}

ask_all("nested.csv", "base")
ask_all("nested.csv", "base", by_arm = FALSE)
ask_all("nested.csv", "base", by_arm = FALSE, method = "ML", rules = "satterthwaite")
ask_all("six_groups.csv", "base")
ask_all("six_groups.csv", "base", by_arm = FALSE)
ask_all("six_groups.csv", "base", method = "ML", rules = "satterthwaite")
ask_all("grouped.csv", c("base", "site"))
ask_all("grouped.csv", c("base", "site"), by_arm = FALSE)
ask_all("grouped.csv", "base", treatment = "c", comparator = "b")
ask_all("grouped.csv", "base", arms = "compared", treatment = "c")
ask_all("unlike_groups.csv", "base", boundary = TRUE)
ask_all("unlike_groups.csv", "base", by_arm = FALSE, boundary = TRUE)
cases$save("therapy_groups")
