# MMRM and random intercepts and slopes beside the explicit likelihood of likelihood.R, with lme4 and nlme where they can.
# Writes models_over_visits.csv and the data sets that it makes up:  Rscript models_over_visits.R > models_over_visits.txt
suppressMessages({library(nlme); library(lme4); library(emmeans)})
source("likelihood.R")
source("trials.R")
cases <- new_cases()
say <- function(...) cat(sprintf(...), "\n", sep = "")

set.seed(29)
twelve <- simulate(12, 3, 2, loss = 0.15)
write(twelve, "twelve.csv")
unbalanced <- simulate(110, 5, 4, loss = 0.12, arm = sample(rep(letters[1:4], c(55, 15, 28, 12))))
write(unbalanced, "unbalanced.csv")
# Visit 2 was attended by ten people, visit 3 by two of each arm.
rare <- simulate(90, 4, 2, loss = 0.08)
keep <- list(`2` = unique(rare$id)[1:10], `3` = 41:44)
for (v in names(keep)) rare$y[rare$visit == as.integer(v) & !rare$id %in% keep[[v]]] <- NA
write(rare, "rare.csv")

# ---- one fit, many contrasts -------------------------------------------------------------------------------------------

formula_of <- function(adjust, slope = FALSE) {
  words <- if (nchar(adjust)) strsplit(adjust, ",")[[1]] else character()
  terms <- ifelse(endsWith(words, "*visit"), paste0("v * ", sub("\\*visit", "", words)), words)
  reformulate(c(if (slope) "arm * visit" else "v * arm", terms))
}

read_trial <- function(file) {
  d <- na.omit(read.csv(file))
  d$v <- factor(d$visit)
  d$arm <- factor(d$arm)
  d$site <- factor(d$site)
  d
}

# The row of X of an arm at a visit: covariates at their mean over the analysed values, sites of equal weight.
reference_row <- function(d, formula, arm, visit) {
  grid <- expand.grid(arm = arm, visit = visit, base = mean(d$base), site = levels(d$site))
  grid$v <- factor(grid$visit, levels = levels(d$v))
  grid$arm <- factor(grid$arm, levels = levels(d$arm))
  colMeans(model.matrix(formula, grid))
}

start_fit <- function(file, adjust, form, linear, near, arguments, by_arm = FALSE, slope = FALSE, method = "REML", relevant = NULL) {
  d <- read_trial(file)
  formula <- formula_of(adjust, slope)
  X <- model.matrix(formula, d)
  id <- as.integer(factor(d$id))
  member <- as.integer(d$v)
  kind <- if (by_arm) as.character(d$arm) else rep("all", nrow(d))
  kinds <- unique(kind)
  S <- residual_covariance(d$y, X, id, member, nlevels(d$v))
  one <- near(S)
  of <- function(theta, k) form(theta[(match(k, kinds) - 1) * length(one) + seq_along(one)])
  model <- linear_model(d$y, X, id, member, kind, of, linear, method)
  fit <- fitted_model(model, rep(one, length(kinds)))
  fit$d <- d
  fit$formula <- formula
  fit$file <- file
  fit$arguments <- paste(arguments, if (nchar(adjust)) paste("--adjust", adjust), if (method == "ML") "--likelihood ml")
  say("%-18s %-32s %s", file, arguments, format(fit$state$log_likelihood, digits = 10))
  fit
}

over_visits <- function(file, adjust, covariance, by_arm = FALSE, method = "REML") {
  T <- length(unique(na.omit(read.csv(file))$visit))
  s <- structures(covariance, T)
  words <- paste("--method mmrm --value y --participant id --arm arm --visit visit --covariance", covariance)
  start_fit(file, adjust, s$of, s$linear, s$near, paste0(words, if (by_arm) " --covariance-by-arm"), by_arm, method = method)
}

ask <- function(fit, df, what = "compare", at = max(fit$d$visit), treatment = "b", comparator = "a", information = "observed",
                counted = NA, status = "ok") {
  row <- function(arm, visits) rowMeans(vapply(visits, function(v) reference_row(fit$d, fit$formula, arm, v), numeric(fit$model$p)))
  l <- switch(what, compare = row(treatment, at) - row(comparator, at), mean = row(treatment, at),
              change = row(treatment, at[1]) - row(treatment, at[2]))
  words <- switch(what, compare = sprintf("--compare %s,%s --at %s", treatment, comparator, paste(at, collapse = ",")),
                  mean = sprintf("--mean %s --at %s", treatment, paste(at, collapse = ",")),
                  change = sprintf("--mean %s --compare-visits %s", treatment, paste(at, collapse = ",")))
  values <- answer(fit, l, df, information, counted)
  values$status <- status
  expected <- if (information == "expected") " --information expected" else ""
  cases$add(fit$file, sprintf("%s %s --df %s%s", fit$arguments, words, df, expected), values)
  invisible(values)
}

small_sample <- function(fit, ...) for (df in c("satterthwaite", "kenward_roger")) ask(fit, df, ...)

# Between and within, as nlme's lme counts: a coefficient's place in a model with a random intercept.
between_within <- function(fit, first, arm, coefficient) {
  d <- fit$d
  d$v <- relevel(d$v, as.character(first))
  d$arm <- relevel(d$arm, arm)
  m <- lme(update(fit$formula, y ~ .), d, random = ~ 1 | id, control = lmeControl(opt = "optim", returnObject = TRUE))
  unname(m$fixDF$X[coefficient])
}

# ---- MMRM ---------------------------------------------------------------------------------------------------------------

every <- c("unstructured", "compound_symmetry", "heterogeneous_compound_symmetry", "ar1", "heterogeneous_ar1", "toeplitz",
           "heterogeneous_toeplitz", "ante_dependence", "heterogeneous_ante_dependence")
for (covariance in every) {
  fit <- over_visits("lossy.csv", "base*visit", covariance)
  small_sample(fit)
  ask(fit, "kenward_roger_linear")
  for (df in c("satterthwaite", "kenward_roger")) ask(fit, df, information = "expected", at = 3)
  ask(over_visits("three_arms.csv", "base", covariance, method = "ML"), "satterthwaite")
}
for (covariance in c("unstructured", "compound_symmetry", "heterogeneous_ar1", "toeplitz")) {
  small_sample(over_visits("three_arms.csv", "base*visit,site", covariance, by_arm = TRUE))
}
fit <- over_visits("three_arms.csv", "", "unstructured", by_arm = TRUE)
small_sample(fit)
# Without covariates and with a covariance of its own, each arm is a model of its own: two of nlme's.
by_itself <- lapply(c(a = "a", b = "b"), function(arm) {
  d <- fit$d[fit$d$arm == arm, ]
  d$v <- factor(d$visit, levels = c(3, 1, 2))
  m <- gls(y ~ v, d, correlation = corSymm(form = ~ visit | id), weights = varIdent(form = ~ 1 | visit),
           control = glsControl(msTol = 1e-14, tolerance = 1e-12, msMaxIter = 1000, maxIter = 500))
  c(coef(m)[1], sqrt(vcov(m)[1, 1]))
})
mine <- ask(fit, "residual")
stopifnot(abs(by_itself$b[1] - by_itself$a[1] - mine$estimate) < 1e-5, abs(sqrt(by_itself$a[2]^2 + by_itself$b[2]^2) / mine$se - 1) < 1e-5)

# Main effects and sites, adjusted means, the mean of visits, a change.
for (file in c("unbalanced.csv", "complete.csv", "lossy.csv")) {
  last <- max(read.csv(file)$visit)
  fit <- over_visits(file, "base,site", "unstructured")
  small_sample(fit)
  small_sample(fit, what = "mean")
  small_sample(fit, at = 1:last)
  small_sample(fit, what = "mean", at = 1:last)
  small_sample(fit, what = "change", at = c(last, 1))
  ask(fit, "between_within", counted = between_within(fit, last, "a", "armb"))
  ask(fit, "between_within", what = "change", at = c(last, 1), counted = between_within(fit, 1, "b", paste0("v", last)))
}
fit <- over_visits("unbalanced.csv", "base,site*visit", "heterogeneous_toeplitz")
small_sample(fit, treatment = "d", comparator = "c")
small_sample(fit, what = "mean", treatment = "d")
ask(fit, "between_within", treatment = "d", comparator = "b", counted = between_within(fit, 5, "b", "armd"))
# emmeans means the same by an adjusted mean: on nlme's fit, by its optimizer.
fit <- over_visits("lossy.csv", "base,site", "compound_symmetry")
m <- gls(y ~ v * arm + base + site, fit$d, correlation = corCompSymm(form = ~ 1 | id))
of_emmeans <- as.data.frame(emmeans(m, ~ arm, at = list(v = "4"), data = fit$d, mode = "df.error"))
mine <- ask(fit, "residual", what = "mean")
stopifnot(abs(of_emmeans$emmean[2] - mine$estimate) < 1e-5, abs(of_emmeans$SE[2] / mine$se - 1) < 1e-5)

# Small, large, long, nearly singular, small units, visits that hardly anybody attended.
small_sample(over_visits("twelve.csv", "base", "unstructured"))
small_sample(over_visits("twelve.csv", "", "heterogeneous_compound_symmetry"))
small_sample(over_visits("tiny.csv", "base*visit", "unstructured"))
small_sample(over_visits("near_singular.csv", "base*visit", "unstructured"))
small_sample(over_visits("near_singular.csv", "base", "heterogeneous_ante_dependence"))
small_sample(over_visits("scaled.csv", "base*visit", "unstructured"))
small_sample(over_visits("large.csv", "base*visit,site", "unstructured"), treatment = "d")
small_sample(over_visits("large.csv", "base", "ar1", by_arm = TRUE), treatment = "c", at = 1:4)
fit <- over_visits("long.csv", "base", "heterogeneous_toeplitz")
small_sample(fit)
ask(over_visits("long.csv", "base*visit", "unstructured"), "satterthwaite")
fit <- over_visits("rare.csv", "base", "ar1")
for (visit in 2:4) small_sample(fit, at = visit)
fit <- over_visits("rare.csv", "base", "compound_symmetry")
for (visit in 2:4) small_sample(fit, at = visit)

# ---- random intercept and slope -------------------------------------------------------------------------------------------

slopes_of <- function(file, form = "inside", method = "REML") {
  months <- sort(unique(na.omit(read.csv(file))$visit))
  Z <- cbind(1, months)
  forms <- list(
    inside = list(function(t) Z %*% matrix(c(t[1], t[2], t[2], t[3]), 2) %*% t(Z) + t[4] * diag(length(months)), TRUE,
                  function(S) c(0.3, 0, 0.01, 0.5) * mean(diag(S))),
    in_step = list(function(t) Z %*% outer(t[1:2], t[1:2]) %*% t(Z) + t[3] * diag(length(months)), FALSE,
                   function(S) c(0.6, 0.05, 0.6) * sqrt(mean(diag(S)))),
    nothing = list(function(t) t[1] * diag(length(months)), TRUE, function(S) mean(diag(S))))
  f <- forms[[form]]
  words <- "--method mixed --random intercept_slope --value y --participant id --arm arm --visit visit"
  start_fit(file, "base", f[[1]], f[[2]], f[[3]], words, slope = TRUE, method = method)
}
with_lme4 <- function(fit) {
  m <- lmer(y ~ arm * visit + base + (visit | id), fit$d, REML = fit$model$method == "REML",
            control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12), check.conv.singular = "ignore"))
  of_lme4 <- as.numeric(logLik(m))
  say("                   lme4 %s, singular %s", format(of_lme4, digits = 10), isSingular(m))
  stopifnot(abs(of_lme4 - fit$state$log_likelihood) < 1e-5, isSingular(m) == !is.null(fit$boundary))
}
for (file in c("lossy.csv", "long.csv", "unbalanced.csv")) {
  fit <- slopes_of(file)
  with_lme4(fit)
  for (information in c("observed", "expected")) small_sample(fit, information = information)
  ask(fit, "kenward_roger", at = 2)
}
fit <- slopes_of("lossy.csv", method = "ML")
with_lme4(fit)
ask(fit, "satterthwaite")

# On the boundary: everybody's level varies and nobody's slope; nothing varies between people at all.
set.seed(31)
n <- 70
d <- data.frame(id = rep(1:n, each = 4), arm = rep(c("a", "b"), each = 4), base = rep(round(rnorm(n), 3), each = 4),
                site = "s1", visit = c(1, 2, 4, 6))
level <- rep(rnorm(n), each = 4)
d$y <- round(level + 0.2 * d$base + rnorm(4 * n), 4)
d$y[sample(4 * n, 30)] <- NA
write(d, "parallel.csv")
fit <- slopes_of("parallel.csv", "in_step")
fit$boundary <- TRUE
with_lme4(fit)
for (df in c("satterthwaite", "kenward_roger", "kenward_roger_linear")) ask(fit, df, status = "boundary")
ask(fit, "kenward_roger", status = "boundary", information = "expected", at = 4)
set.seed(37)
d$y <- round(0.2 * d$base + rnorm(4 * n), 4)
# People more alike than chance has them, in level and slope.
d$y <- round(d$y - 0.4 * unlist(lapply(split(d, d$id), function(one) fitted(lm(y ~ visit, one)))), 4)
write(d, "alike.csv")
fit <- slopes_of("alike.csv", "nothing")
fit$boundary <- TRUE
with_lme4(fit)
of_lm <- lm(y ~ arm * visit + base, fit$d)
l <- reference_row(fit$d, fit$formula, "b", 6) - reference_row(fit$d, fit$formula, "a", 6)
for (df in c("satterthwaite", "kenward_roger")) {
  mine <- ask(fit, df, status = "boundary")
  stopifnot(abs(mine$df - of_lm$df.residual) < 1e-5, abs(mine$se - sqrt(c(l %*% vcov(of_lm) %*% l))) < 1e-9)
}
cases$save("models_over_visits")
