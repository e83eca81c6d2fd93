# Reference values for `equipoise analyze`, from R's packages. Writes the data sets and cases.csv beside this file:
#   Rscript reference.R > reference.txt
suppressMessages({library(nlme); library(lme4); library(lmerTest); library(pbkrtest); library(clubSandwich); library(geepack); library(sandwich)})
source("likelihood.R")
source("trials.R")
cases <- list()
add <- function(data, arguments, estimate, se, df = NA, loglik = NA) cases[[length(cases) + 1]] <<- data.frame(data, arguments,
  estimate = format(estimate, digits = 12), se = format(se, digits = 12), df = format(df, digits = 10), loglik = format(loglik, digits = 12))
strict <- glsControl(msTol = 1e-14, tolerance = 1e-12, msMaxIter = 1000, maxIter = 500)

common <- function(at, cov, more = "") sprintf("--method mmrm --value y --participant id --arm arm --visit visit --adjust base*visit --compare b,a --at %d --covariance %s %s", at, cov, more)
fit <- function(d, at, correlation, weights = NULL, method = "REML") {
  d <- na.omit(d); T <- max(d$visit); d$v <- factor(d$visit, levels = c(at, setdiff(1:T, at))); d$visit <- as.integer(d$visit)
  environment(correlation) <- environment()
  m <- gls(y ~ v * arm + v * base, d, correlation = correlation, weights = weights, method = method, control = strict); m$data_used <- d; m
}
# Optimizers stop short. Newton's steps on the explicit likelihood find the maximum, and gls is asked there, with nothing left
# to search; it must know the same likelihood.
polished <- function(d, at, structure, method = "REML") {
  d <- na.omit(d); T <- max(d$visit); d$v <- factor(d$visit, levels = c(at, setdiff(1:T, at))); d$visit <- as.integer(d$visit)
  X <- model.matrix(y ~ v * arm + v * base, d); id <- as.integer(factor(d$id)); s <- structures(structure, T)
  model <- linear_model(d$y, X, id, d$visit, rep("all", nrow(d)), function(t, kind) s$of(t), s$linear, method)
  theta <- maximize(model, s$near(residual_covariance(d$y, X, id, d$visit, T)))
  S <- s$of(theta); R <- cov2cor(S); sds <- sqrt(diag(S))
  correlation <- switch(sub("heterogeneous_", "", structure), unstructured = corSymm(R[lower.tri(R)], ~ visit | id, fixed = TRUE),
    compound_symmetry = corCompSymm(R[1, 2], ~ visit | id, fixed = TRUE), ar1 = corAR1(R[1, 2], ~ visit | id, fixed = TRUE))
  equal <- structure %in% c("compound_symmetry", "ar1"); first <- d$visit[1]
  weights <- if (!equal) varIdent(form = ~ 1 | visit, fixed = setNames(sds / sds[first], 1:T)[-first])
  m <- gls(y ~ v * arm + v * base, d, correlation = correlation, weights = weights, method = method)
  cat(sprintf("%-34s gls knows the likelihood to %.1e\n", structure, abs(as.numeric(logLik(m)) - log_likelihood(model, theta))))
  stopifnot(abs(as.numeric(logLik(m)) - log_likelihood(model, theta)) < 1e-7)
  m
}
put <- function(name, d, at, cov, correlation, weights = NULL, method = "REML") {
  m <- polished(d, at, cov, method); t <- summary(m)$tTable["armb", ]
  searched <- fit(d, at, correlation, weights, method)  # gls by itself is near
  stopifnot(abs(coef(searched)["armb"] - t[1]) < 1e-4 * t[2], abs(as.numeric(logLik(searched)) - as.numeric(logLik(m))) < 1e-5)
  # gls inflates the standard errors of an ML fit by sqrt(N / (N - p)); taken back here.
  if (method == "ML") t[2] <- t[2] * sqrt((m$dims$N - m$dims$p) / m$dims$N)
  more <- paste("--df residual", if (method == "ML") "--likelihood ml" else "")
  add(name, common(at, cov, more), t[1], t[2], m$dims$N - m$dims$p, as.numeric(logLik(m)))
  m
}
set.seed(11)
sets <- list(complete = simulate(60, 4, 2, loss = 0), lossy = simulate(200, 4, 2), three_arms = simulate(150, 3, 3), long = simulate(300, 8, 2),
             near_singular = simulate(120, 4, 2, r = 0.995), scaled = simulate(100, 3, 2, scale = 1e-3, offset = 50), tiny = simulate(12, 2, 2, loss = 0), large = simulate(2000, 4, 4))
for (name in names(sets)) {
  d <- sets[[name]]; file <- paste0(name, ".csv"); write(d, file); T <- max(d$visit)
  m <- put(file, d, T, "unstructured", corSymm(form = ~ visit | id), varIdent(form = ~ 1 | visit))
  if (name %in% c("lossy", "three_arms")) {
    put(file, d, T, "unstructured", corSymm(form = ~ visit | id), varIdent(form = ~ 1 | visit), "ML")
    put(file, d, 1, "compound_symmetry", corCompSymm(form = ~ visit | id))
    put(file, d, T, "heterogeneous_compound_symmetry", corCompSymm(form = ~ visit | id), varIdent(form = ~ 1 | visit))
    put(file, d, T, "ar1", corAR1(form = ~ visit | id))
    put(file, d, T, "heterogeneous_ar1", corAR1(form = ~ visit | id), varIdent(form = ~ 1 | visit))
    put(file, d, T, "ar1", corAR1(form = ~ visit | id), NULL, "ML")
  }
}
# Compound symmetry is a random intercept: Satterthwaite by lmerTest (observed information), Kenward and Roger by pbkrtest (expected).
for (name in c("lossy", "tiny", "three_arms")) {
  d <- na.omit(sets[[name]]); T <- max(d$visit); d$v <- factor(d$visit, levels = T:1)
  m <- lmer(y ~ v * arm + v * base + (1 | id), d, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  l <- as.numeric(names(fixef(m)) == "armb"); s <- contest(m, l, joint = FALSE)
  add(paste0(name, ".csv"), common(T, "compound_symmetry", "--df satterthwaite"), s[1, 1], s[1, 2], s[1, "df"], as.numeric(logLik(m)))
  V <- vcovAdj(m); k <- KRmodcomp(m, rbind(l))
  add(paste0(name, ".csv"), common(T, "compound_symmetry", "--df kenward_roger --information expected"), s[1, 1], sqrt(as.numeric(l %*% V %*% l)), k$test["Ftest", "ddf"])
}
# Random intercept and slope.
for (name in c("lossy", "long")) {
  d <- na.omit(sets[[name]]); T <- max(d$visit)
  m <- lmer(y ~ arm * visit + base + (visit | id), d, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  f <- names(fixef(m)); l <- (f == "armb") + T * (f == "armb:visit"); s <- contest(m, l, joint = FALSE)
  a <- sprintf("--method mixed --random intercept_slope --value y --participant id --arm arm --visit visit --adjust base --compare b,a --at %d", T)
  add(paste0(name, ".csv"), paste(a, "--df satterthwaite"), s[1, 1], s[1, 2], s[1, "df"], as.numeric(logLik(m)))
  V <- vcovAdj(m); k <- KRmodcomp(m, rbind(l))
  add(paste0(name, ".csv"), paste(a, "--df kenward_roger --information expected"), s[1, 1], sqrt(as.numeric(l %*% V %*% l)), k$test["Ftest", "ddf"])
}
# Sandwiches of the MMRM.
for (name in c("lossy", "tiny")) {
  T <- max(sets[[name]]$visit); d <- na.omit(sets[[name]]); d$v <- factor(d$visit, levels = c(T, setdiff(1:T, T)))
  m <- polished(d, T, "compound_symmetry")  # clubSandwich makes the design from d, whose levels must be the fit's
  for (type in c("CR0", "CR2", "CR3")) {
    t <- coef_test(m, vcov = vcovCR(m, cluster = d$id, type = type), test = "Satterthwaite"); i <- which(names(coef(m)) == "armb")
    se <- c(CR0 = "empirical", CR2 = "empirical_bias_reduced", CR3 = "empirical_jackknife")[type]
    add(paste0(name, ".csv"), common(T, "compound_symmetry", paste("--df satterthwaite --se", se)), t$beta[i], t$SE[i], if (is.null(t$df_Satt)) t$df[i] else t$df_Satt[i])
  }
}
# Partially nested.
n <- 160; arm <- rep(c("a", "b"), each = n / 2); g <- ifelse(arm == "b", sample(rep(1:12, length.out = n)), NA)
base <- round(rnorm(n), 3); y <- round(0.4 * base + ifelse(arm == "b", rnorm(12)[ifelse(is.na(g), 1, g)] * 0.6, 0) + rnorm(n) * ifelse(arm == "b", 1.2, 0.9), 4)
d <- data.frame(id = 1:n, arm, grp = g, base, y); write(d, "nested.csv"); d$cl <- factor(ifelse(is.na(g), 1000 + d$id, g)); d$b <- as.numeric(d$arm == "b")
a <- "--method mixed --value y --participant id --arm arm --cluster grp --adjust base --compare b,a"
m <- lme(y ~ b + base, d, random = list(cl = pdIdent(~ 0 + b)), weights = varIdent(form = ~ 1 | arm), control = lmeControl(msTol = 1e-13, tolerance = 1e-11, opt = "optim", reltol = 1e-15, maxIter = 500, msMaxIter = 1000))
add("nested.csv", paste(a, "--df residual"), fixef(m)["b"], sqrt(vcov(m)["b", "b"]), n - 3, as.numeric(logLik(m)))
m <- lmer(y ~ b + base + (0 + b | cl), d, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))); s <- contest(m, c(0, 1, 0), joint = FALSE)
add("nested.csv", paste(a, "--residual common --df satterthwaite"), s[1, 1], s[1, 2], s[1, "df"], as.numeric(logLik(m)))
k <- KRmodcomp(m, rbind(c(0, 1, 0)))
add("nested.csv", paste(a, "--residual common --df kenward_roger --information expected"), s[1, 1], sqrt(vcovAdj(m)[2, 2]), k$test["Ftest", "ddf"])
# Yes or no.
n <- 300; arm <- rep(c("a", "b"), n / 2); x <- round(rnorm(n), 3); site <- sample(c("p", "q", "r"), n, TRUE); y <- rbinom(n, 1, plogis(-0.5 + 0.6 * (arm == "b") + 0.8 * x))
d <- data.frame(id = 1:n, arm, x, site, y); write(d, "binary.csv"); m <- glm(y ~ arm + x + site, binomial, d, control = glm.control(epsilon = 1e-14)); V <- vcov(m)
a <- "--method logistic --value y --participant id --arm arm --adjust x,site --compare b,a"
add("binary.csv", paste(a, "--measure odds_ratio --se model"), coef(m)[2], sqrt(V[2, 2])); add("binary.csv", paste(a, "--measure odds_ratio --se robust"), coef(m)[2], sqrt(sandwich(m)[2, 2]))
X <- model.matrix(m); X1 <- X; X1[, 2] <- 1; X0 <- X; X0[, 2] <- 0; p1 <- plogis(c(X1 %*% coef(m))); p0 <- plogis(c(X0 %*% coef(m))); e <- d$y - fitted(m)
D <- colMeans(p1 * (1 - p1) * X1 - p0 * (1 - p0) * X0); i <- (p1 - p0 - mean(p1 - p0)) / n + c(X %*% V %*% D) * e
add("binary.csv", paste(a, "--se model"), mean(p1 - p0), sqrt(c(D %*% V %*% D))); add("binary.csv", paste(a, "--se robust"), mean(p1 - p0), sqrt(sum(i^2)))
# GEE.
d <- na.omit(sets$lossy); d$v <- factor(d$visit, levels = 4:1); d$b <- as.integer(d$y > 0); write(d[, c("id", "arm", "base", "visit", "y", "b")], "gee.csv")
for (cs in c("independence", "exchangeable", "ar1")) for (y in c("y", "b")) {
  m <- geeglm(if (y == "y") y ~ v * arm + base else b ~ v * arm + base, family = if (y == "y") gaussian else binomial, id = id, waves = visit, data = d, corstr = cs, control = geese.control(epsilon = 1e-13, maxit = 1000))
  t <- unlist(summary(m)$coefficients["armb", 1:2])
  add("gee.csv", sprintf("--method gee --correction none --df normal --value %s --participant id --arm arm --visit visit --adjust base --compare b,a --at 4 --correlation %s", y, cs), t[1], t[2])
}
write.csv(do.call(rbind, cases), "cases.csv", row.names = FALSE)
writeLines(capture.output(sessionInfo()), "session.txt")
