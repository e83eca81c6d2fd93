# The small-sample corrections of gee's sandwich, with explicit matrices over geepack's fits:  Rscript gee_corrections.R
# writes gee_corrections.csv and the data sets that it makes up.
#   Mancl and DeRouen (2001):    B_i = D_i'V_i^-1 (1 - H_i)^-1 r_i,  H_i = D_i M D_i'V_i^-1
#   Kauermann and Carroll (2001): (1 - H_i)^-1/2, the root that is a similarity transform of the symmetric one
#   Fay and Graubard (2001):     element k of the score by (1 - min(0.75, [D_i'V_i^-1 D_i M]_kk))^-1/2
# All on the scale of the outcome, as the papers have them (the program works in Pearson's). Fay and Graubard's depends on how
# the coefficients are written: here an intercept and an arm at each visit, covariates centred at the
# participants' mean, the comparator the first arm.
suppressMessages(library(geepack))
source("trials.R")
cases <- new_cases()

set.seed(41)
n <- 26
few <- simulate(n, 4, 2, loss = 0.1, sites = 2)
few$b <- as.integer(few$y > 0)
write(few, "few_clusters.csv")
# Groups of two to seven in arm b and c; in a everybody is alone, as are some of b.
people <- 140
arm <- sample(rep(c("a", "b", "c"), c(50, 50, 40)))
grp <- rep(NA, people)
grp[arm == "b"] <- sample(c(rep(1:9, times = c(2, 7, 4, 5, 6, 3, 7, 5, 6)), rep(NA, 5)))
grp[arm == "c"] <- 9 + sample(rep(1:8, times = c(4, 6, 5, 5, 3, 7, 6, 4)))
shared <- rnorm(17, 0, 0.8)[ifelse(is.na(grp), 1, grp)] * !is.na(grp)
base <- round(rnorm(people), 3)
y <- round(0.5 * base + shared - 0.3 * (arm == "b") + rnorm(people), 4)
grouped <- data.frame(id = 1:people, arm, grp, base, site = sample(c("p", "q"), people, TRUE), y, b = as.integer(y > 0.2))
grouped <- grouped[order(grouped$arm), ]
write(grouped, "grouped.csv")

# The root of a matrix with positive eigenvalues, not symmetric.
power <- function(M, exponent) {
  e <- eigen(M)
  Re(e$vectors %*% diag(e$values^exponent, length(e$values)) %*% solve(e$vectors))
}

# X spans what the model's does; its column `of` is the treatment's at the visit.
corrected_se <- function(m, X, y, cluster, waves, of, correction) {
  binary <- m$family$family == "binomial"
  eta <- c(m$linear.predictors)
  l <- as.numeric(colnames(X) == of)
  mu <- m$family$linkinv(eta)
  D <- X * m$family$mu.eta(eta)
  alpha <- if (m$corstr == "independence") 0 else m$geese$alpha
  A <- if (binary) mu * (1 - mu) else rep(1, length(mu))
  correlation <- function(i) {
    R <- if (m$corstr == "ar1") alpha^abs(outer(waves[i], waves[i], "-")) else matrix(alpha, length(i), length(i))
    diag(R) <- 1
    R
  }
  who <- split(seq_along(y), cluster)
  V <- lapply(who, function(i) outer(sqrt(A[i]), sqrt(A[i])) * correlation(i))
  M <- solve(Reduce(`+`, Map(function(i, Vi) t(D[i, , drop = FALSE]) %*% solve(Vi) %*% D[i, , drop = FALSE], who, V)))
  scores <- Map(function(i, Vi) {
    Di <- D[i, , drop = FALSE]
    r <- y[i] - mu[i]
    W <- solve(Vi)
    left <- diag(length(i)) - Di %*% M %*% t(Di) %*% W
    switch(correction,
      none = t(Di) %*% W %*% r,
      mancl_derouen = t(Di) %*% W %*% solve(left, r),
      kauermann_carroll = t(Di) %*% W %*% power(left, -0.5) %*% r,
      fay_graubard = {
        leverage <- diag(t(Di) %*% W %*% Di %*% M)
        (t(Di) %*% W %*% r) / sqrt(1 - pmin(0.75, leverage))
      })
  }, who, V)
  total <- Reduce(`+`, lapply(scores, function(s) s %*% t(s)))
  sqrt(c(l %*% M %*% total %*% M %*% l))
}

corrections <- c("none", "mancl_derouen", "kauermann_carroll", "fay_graubard")
# An intercept and the arms but the first at each visit, and the covariates that the words name.
cells <- function(d, waves, words) {
  adjust <- strsplit(sub(".*--adjust ([^ ]*) .*", "\\1", words), ",")[[1]]
  base <- d$base - mean(d$base[!duplicated(d$id)])
  X <- NULL
  for (t in sort(unique(waves))) {
    here <- as.numeric(waves == t)
    part <- cbind(here, vapply(setdiff(sort(unique(d$arm)), "a"), function(arm) here * (d$arm == arm), here))
    colnames(part)[1] <- "one"
    if ("base*visit" %in% adjust) part <- cbind(part, base = here * base)
    colnames(part) <- paste0(colnames(part), t)
    X <- cbind(X, part)
  }
  if ("base" %in% adjust) X <- cbind(X, base)
  if ("site" %in% adjust) X <- cbind(X, vapply(sort(unique(d$site))[-1], function(site) as.numeric(d$site == site), X[, 1]))
  X
}

put <- function(file, d, formula, value, cluster, waves, corstr, words, l_name) {
  d$outcome <- d[[value]]
  formula <- update(formula, outcome ~ .)
  d$cluster <- cluster
  d$waves <- waves
  m <- geeglm(formula, family = if (value == "y") gaussian else binomial, id = cluster, waves = waves, data = d, corstr = corstr,
              control = geese.control(epsilon = 1e-14, maxit = 2000))
  X <- cells(d, waves, words)
  stopifnot(ncol(X) == length(coef(m)), qr(cbind(X, model.matrix(m)))$rank == ncol(X))
  clusters <- length(unique(cluster))
  for (correction in corrections) {
    se <- corrected_se(m, X, d$outcome, cluster, waves, paste0("b", max(waves)), correction)
    if (correction == "none") stopifnot(abs(se / summary(m)$coefficients[l_name, 2] - 1) < 1e-9)  # as geepack has it
    values <- list(estimate = unname(coef(m)[l_name]), se = se, df = clusters - ncol(X))
    t <- values$estimate / se
    values$statistic <- t
    values$p <- 2 * pt(-abs(t), values$df)
    values$lower <- values$estimate - qt(0.975, values$df) * se
    values$upper <- values$estimate + qt(0.975, values$df) * se
    cases$add(file, sprintf("%s --value %s --correlation %s --correction %s --df clusters", words, value, corstr, correction), values)
  }
}

for (file in c("few_clusters.csv", "lossy.csv")) {
  d <- na.omit(read.csv(file))
  if (is.null(d$b)) d$b <- as.integer(d$y > 0)
  d$v <- factor(d$visit, levels = 4:1)
  words <- "--method gee --participant id --arm arm --visit visit --adjust base,site --compare b,a --at 4"
  for (corstr in c("independence", "exchangeable", "ar1")) {
    put(file, d, y ~ v * arm + base + site, "y", d$id, d$visit, corstr, words, "armb")
    if (file == "few_clusters.csv") {
      put(file, d, y ~ v + arm + v:arm + base, "b", d$id, d$visit, corstr, sub(",site", "", words), "armb")
    }
  }
  put(file, d, y ~ v * arm + v * base, "y", d$id, d$visit, "exchangeable", sub("base,site", "base*visit", words), "armb")
}

d <- grouped
d$cluster <- ifelse(is.na(d$grp), 1000 + d$id, d$grp)
d <- d[order(d$cluster), ]
d$ones <- 1
words <- "--method gee --clusters therapy_groups --participant id --arm arm --cluster grp --adjust base,site --compare b,a"
for (corstr in c("independence", "exchangeable")) for (value in c("y", "b")) {
  put("grouped.csv", d, y ~ arm + base + site, value, d$cluster, d$ones, corstr, words, "armb")
  two <- d[d$arm != "c", ]
  put("grouped.csv", two, y ~ arm + base, value, two$cluster, two$ones, corstr, paste(sub(",site", "", words), "--arms compared"), "armb")
}
cases$save("gee_corrections")
