# Reference values of the search for a trial's size. Run from this folder: Rscript reference.R
#
# curves.csv       powers that R's glm fits with a probit link, and half-widths that lm fits by their precision:
#                  predictor, its standard error, deviance
# curve_points.csv the points
# sizes.csv        participants of both arms together at which a power of 0.9 is reached, by closed forms that owe nothing to
#                  simulation; the textbook condition's numbers

options(digits = 15)
number <- function(x) sprintf("%.15g", x)

# ---- curves -----------------------------------------------------------------------------------------------------------

points <- list(
  steep = data.frame(at = sqrt(c(100, 138, 141, 171, 204)), trials = c(200, 1200, 600, 1550, 800),
                     sum = c(132, 990, 519, 1397, 754)),
  rare = data.frame(at = c(0.1, 0.2, 0.4, 0.8, 1.6), trials = c(200, 200, 400, 400, 200), sum = c(0, 8, 97, 371, 200)),
  falling = data.frame(at = c(0, 0.05, 0.1, 0.15, 0.2, 0.3), trials = c(200, 500, 1000, 1000, 500, 200),
                       sum = c(181, 437, 812, 775, 360, 121)))
widths <- data.frame(at = log(c(100, 150, 249, 260, 400)), trials = c(200, 300, 800, 500, 250),
                     mean = c(4.752, 3.871, 3.003, 2.9391, 2.3655), variance = c(0.12, 0.051, 0.0187, 0.0163, 0.0068))

rows <- NULL
point_rows <- NULL
tell <- function(curve, kind, terms, fit, scale, at, deviance, df) {
  told <- predict(fit, data.frame(at = at), se.fit = TRUE)
  rows <<- rbind(rows, data.frame(curve = curve, kind = kind, terms = terms, at = number(at),
                                  predictor = number(told$fit), standard_error = number(told$se.fit * scale),
                                  deviance = number(deviance), df = df))
}
for (name in names(points)) {
  data <- points[[name]]
  point_rows <- rbind(point_rows, data.frame(curve = name, at = number(data$at), trials = data$trials,
                                             sum = number(data$sum), squares = number(data$sum)))
  for (terms in 2:3) {
    formula <- if (terms == 2) cbind(sum, trials - sum) ~ at else cbind(sum, trials - sum) ~ at + I(at^2)
    fit <- glm(formula, binomial("probit"), data, control = glm.control(epsilon = 1e-12, maxit = 200))
    tell(name, "rejection", terms, fit, 1, c(data$at[2], mean(data$at)), deviance(fit), df.residual(fit))
  }
}
weight <- with(widths, trials * mean^2 / variance)
point_rows <- rbind(point_rows, with(widths, data.frame(curve = "widths", at = number(at), trials = trials,
                                                        sum = number(mean * trials),
                                                        squares = number(trials * (variance + mean^2)))))
for (terms in 2:3) {
  formula <- if (terms == 2) -log(mean) ~ at else -log(mean) ~ at + I(at^2)
  fit <- lm(formula, widths, weights = weight)
  # The variances are known: no residual scale.
  tell("widths", "half_width", terms, fit, 1 / summary(fit)$sigma, c(widths$at[2], mean(widths$at)),
       sum(weight * residuals(fit)^2), df.residual(fit))
}
write.csv(rows, "curves.csv", row.names = FALSE, quote = FALSE)
write.csv(point_rows, "curve_points.csv", row.names = FALSE, quote = FALSE)

# ---- sizes ------------------------------------------------------------------------------------------------------------

alpha <- 0.05
goal <- 0.9
crossing <- function(power, range) uniroot(function(n) power(n) - goal, range, tol = 1e-9)$root

# Two means (noncentral t), n participants in two equal arms; and the same by pwr.
t_power <- function(n, d, level = alpha / 2) {
  df <- n - 2
  critical <- qt(1 - level, df)
  ncp <- d * sqrt(n / 4)
  pt(critical, df, ncp, lower.tail = FALSE) + if (level == alpha / 2) pt(-critical, df, ncp) else 0
}
two_means <- crossing(function(n) t_power(n, 0.5), c(20, 1000))
by_pwr <- 2 * pwr::pwr.t.test(d = 0.5, sig.level = alpha, power = goal)$n
stopifnot(abs(two_means - by_pwr) < 1e-3)

# ANCOVA with a baseline of correlation 0.6: the adjusted difference's variance has the factor 1 + F / (n - 2), F with 1 and
# n - 2 degrees of freedom, for the chance difference of the baselines.
ancova_power <- function(n, d, rho) {
  df <- n - 3
  critical <- qt(1 - alpha / 2, df)
  given <- function(f) {
    ncp <- d / sqrt(1 - rho^2) * sqrt(n / 4) / sqrt(1 + f / (n - 2))
    pt(critical, df, ncp, lower.tail = FALSE) + pt(-critical, df, ncp)
  }
  integrate(function(p) given(qf(p, 1, n - 2)), 0, 1, rel.tol = 1e-10)$value
}
ancova <- crossing(function(n) ancova_power(n, 0.5, 0.6), c(20, 1000))

# Noninferiority: 0.2 SDs better, margin 0.3, one-sided at 0.025.
one_sided <- function(n) pt(qt(1 - alpha / 2, n - 2), n - 2, 0.5 * sqrt(n / 4), lower.tail = FALSE)
noninferiority <- crossing(one_sided, c(20, 1000))

# Two proportions, 0.30 and 0.45, the score test: every outcome added up. Power is a saw over n; its normal quantile against
# the root of n is as good as straight, and the line's crossing is what a search finds.
score_power <- function(n) {
  m <- n / 2
  a <- outer(0:m, rep(1, m + 1))
  b <- t(a)
  pooled <- (a + b) / (2 * m)
  z <- abs(a - b) / (m * sqrt(pmax(pooled * (1 - pooled), 1e-300) * 2 / m))
  sum(outer(dbinom(0:m, m, 0.45), dbinom(0:m, m, 0.30))[z >= qnorm(1 - alpha / 2)])
}
ns <- seq(380, 500, 2)
line <- lm(qnorm(sapply(ns, score_power)) ~ sqrt(ns))
two_proportions <- ((qnorm(goal) - coef(line)[[1]]) / coef(line)[[2]])^2
by_rpact <- rpact::getSampleSizeRates(rpact::getDesignGroupSequential(kMax = 1, alpha = alpha / 2, sided = 1, beta = 1 - goal),
                                      pi1 = 0.45, pi2 = 0.30, normalApproximation = TRUE)$maxNumberOfSubjects
stopifnot(abs(two_proportions / by_rpact - 1) < 0.02)

# Partially nested (Moerbeek and Wong 2008; Roberts and Roberts 2005): groups of m in one arm. The textbook condition adds the
# groups' variance to everybody's own 1. Satterthwaite's degrees of freedom of the two arms' means.
nested_power <- function(n, d, m, icc) {
  arm <- n / 2
  groups <- arm / m
  nested <- (icc / (1 - icc) + 1 / m) / groups
  alone <- 1 / arm
  df <- (nested + alone)^2 / (nested^2 / (groups - 1) + alone^2 / (arm - 1))
  ncp <- d / sqrt(nested + alone)
  critical <- qt(1 - alpha / 2, df)
  pt(critical, df, ncp, lower.tail = FALSE) + pt(-critical, df, ncp)
}
nested <- crossing(function(n) nested_power(n, 0.5, 10, 0.1), c(60, 2000))

# Four visits, linear dropout to 0.6 retained, unstructured covariance, no covariates (Lu, Luo and Chen 2008): per
# participant the information on the visits' means is the sum over who left when of the inverse of the block that was seen.
visits <- c(3, 6, 9, 12)
covariance <- outer(visits, visits, function(s, t) ifelse(s == t, 1, 0.5 + 0.4 * 2^(-abs(s - t) / 6)))
retained <- 1 - 0.4 * visits / 12
information <- matrix(0, 4, 4)
for (v in 1:4) {
  share <- retained[v] - if (v < 4) retained[v + 1] else 0
  information[1:v, 1:v] <- information[1:v, 1:v] + share * solve(covariance[1:v, 1:v])
}
phi <- solve(information)[4, 4]
mmrm <- 4 * phi * (qnorm(1 - alpha / 2) + qnorm(goal))^2 / 0.5^2

# Assurance of 0.8 over a normal belief in the effect (O'Hagan, Stevens and Campbell 2005): the same noncentral t, integrated; and
# by normal theory, where the integral is a normal probability again.
assurance <- function(n) {
  at <- function(d) sapply(d, function(effect) t_power(n, effect)) * dnorm(d, 0.5, 0.2)
  integrate(at, 0.5 - 10 * 0.2, 0.5 + 10 * 0.2, rel.tol = 1e-10, subdivisions = 1000)$value
}
assured <- uniroot(function(n) assurance(n) - 0.8, c(20, 5000), tol = 1e-9)$root
normal_assurance <- function(n) pnorm((0.5 * sqrt(n / 4) - qnorm(1 - alpha / 2)) / sqrt(1 + 0.2^2 * n / 4))
assured_normal <- uniroot(function(n) normal_assurance(n) - 0.8, c(20, 5000), tol = 1e-9)$root

sizes <- data.frame(case = c("two_means", "ancova", "noninferiority", "two_proportions", "partially_nested", "mmrm_dropout",
                             "assured", "assured_normal"),
                    participants = number(c(two_means, ancova, noninferiority, two_proportions, nested, mmrm, assured,
                                            assured_normal)))
write.csv(sizes, "sizes.csv", row.names = FALSE, quote = FALSE)
writeLines(capture.output(sessionInfo()), "session.txt")
