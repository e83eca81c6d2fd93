# Reference values of multiplicity adjustment. From this folder:  Rscript reference.R
# writes, numbers separated by blanks, rows and families by semicolons,
#   cases.csv    method, p, adjusted             base R's p.adjust
#   graphs.csv   p, weights, transitions, adjusted             every intersection, by closed testing
#   gates.csv    p, families, methods, truncation, gates, adjusted    stage by stage, alpha found by bisection
#   dunnett.csv  method, sides, p, df, correlation, adjusted, error   mvtnorm, multcomp, and integrals of our own
# and session.txt.

library(mvtnorm)
library(multcomp)
options(digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20251108)

text <- function(numbers) paste(sprintf("%.17g", numbers), collapse = " ")
matrix_text <- function(m) paste(apply(m, 1, text), collapse = ";")
save <- function(rows, file) write.csv(do.call(rbind, rows), file, row.names = FALSE, quote = FALSE)

# ---- p.adjust

sets <- list(0.03, c(0.01, 0.02, 0.04), c(0.04, 0.01, 0.03, 0.005), c(0.02, 0.02, 0.02), c(0, 1, 0.5), c(0.9, 0.8),
             runif(10)^2, runif(64)^3, c(0.01, 0.04, 0.011, 0.04, 0.013))
more_sets <- list(c(0.024, 0.01, 0.026, 0.027), c(0.005, 0.011, 0.02, 0.04, 0.13), runif(20)^4)
rows <- unlist(lapply(c("none", "bonferroni", "holm", "hochberg", "hommel"), function(method) {
  lapply(c(sets, more_sets), function(p) data.frame(method, p = text(p), adjusted = text(p.adjust(p, method))))
}), recursive = FALSE)
save(rows, "cases.csv")

# ---- graphs: the closed test of weighted Bonferroni tests, intersection by intersection

# The weights of an intersection: the others are taken out one after another (Bretz and others 2009, algorithm 1).
weights_of <- function(members, w, g) {
  left <- rep(TRUE, length(w))
  for (j in which(!members)) {
    left[j] <- FALSE
    w_new <- w
    g_new <- g
    for (l in which(left)) {
      w_new[l] <- w[l] + w[j] * g[j, l]
      for (k in which(left)) {
        back <- g[l, j] * g[j, l]
        g_new[l, k] <- if (l != k && back < 1) (g[l, k] + g[l, j] * g[j, k]) / (1 - back) else 0
      }
    }
    w <- w_new
    g <- g_new
  }
  ifelse(members, w, 0)
}
closed <- function(p, w, g) {
  m <- length(p)
  adjusted <- rep(0, m)
  for (code in seq_len(2^m - 1)) {
    members <- bitwAnd(code, 2^(seq_len(m) - 1)) > 0
    share <- weights_of(members, w, g)
    one <- min(1, (p / share)[members & share > 0])
    adjusted[members] <- pmax(adjusted[members], one)
  }
  adjusted
}

two_doses <- rbind(c(0, 0, 1, 0), c(0, 0, 0, 1), c(0, 1, 0, 0), c(1, 0, 0, 0))
half <- rbind(c(0, .5, .5, 0), c(.5, 0, 0, .5), c(0, 1, 0, 0), c(1, 0, 0, 0))
chain <- function(m) rbind(cbind(0, diag(m - 1)), 0)
holm <- function(w) {
  g <- outer(seq_along(w), seq_along(w), function(i, j) w[j] / (sum(w) - w[i]))
  diag(g) <- 0
  g
}
any_graph <- function(m) {
  g <- matrix(runif(m * m) * (runif(m * m) < 0.7), m)
  diag(g) <- 0
  g / pmax(rowSums(g), 1e-9) * runif(m, 0.6, 1)
}
graph_row <- function(p, w, g) {
  data.frame(p = text(p), weights = text(w), transitions = matrix_text(g), adjusted = text(closed(p, w, g)))
}
rows <- list(graph_row(c(.01, .02, .03, .05), c(.5, .5, 0, 0), two_doses),
             graph_row(c(.01, .02, .04, .005), c(.5, .5, 0, 0), half),
             graph_row(c(.02, .055, .012, .1), c(.5, .5, 0, 0), half),
             graph_row(c(.01, .02, .04), rep(1 / 3, 3), holm(rep(1 / 3, 3))),
             graph_row(c(.02, .01, .04), c(.5, .3, .2), holm(c(.5, .3, .2))),
             graph_row(c(.01, .2, .003), c(1, 0, 0), chain(3)),
             graph_row(c(.2, .01, .02), c(.5, .25, .25), chain(3)),
             graph_row(c(.02, .01, .03, .002), c(.4, .3, .2, .1), chain(4)))
for (k in 1:20) {
  w <- runif(6)
  rows[[length(rows) + 1]] <- graph_row(runif(6)^4, w / sum(w), any_graph(6))
}
save(rows, "graphs.csv")

# ---- gatekeeping: Dmitrienko, Tamhane and Wiens (2008), stage by stage at a level, and the smallest level by bisection

reject_family <- function(p, level, method, gamma) {
  n <- length(p)
  rejected <- rep(FALSE, n)
  if (method == "bonferroni") return(p <= level / n)
  if (method == "fixed_sequence") return(cumprod(p <= level) == 1)
  order_of <- order(p)
  for (j in seq_len(n)) {
    if (p[order_of[j]] > (gamma / (n - j + 1) + (1 - gamma) / n) * level) break
    rejected[order_of[j]] <- TRUE
  }
  rejected
}
error_rate <- function(accepted, n, method, gamma) {
  if (accepted == 0) return(0)
  switch(method, bonferroni = accepted / n, fixed_sequence = 1, holm = gamma + (1 - gamma) * accepted / n)
}
decide <- function(p, families, methods, gamma, gates, level) {
  rejected <- rep(FALSE, length(p))
  start <- level
  for (f in seq_along(families)) {
    members <- families[[f]]
    if (level > 0) rejected[members] <- reject_family(p[members], level, methods[f], gamma[f])
    accepted <- sum(!rejected[members])
    spent <- if (gates[f] == "serial" && accepted > 0) 1 else error_rate(accepted, length(members), methods[f], gamma[f])
    # What is not spent goes on; of the family's own level, not of the whole.
    level <- level * (1 - spent)
    if (level < start * 1e-14) level <- 0
  }
  rejected
}
gate_adjusted <- function(p, ...) {
  sapply(seq_along(p), function(h) {
    if (!decide(p, ..., level = 1)[h]) return(1)
    low <- 0
    high <- 1
    for (k in 1:60) {
      middle <- (low + high) / 2
      if (decide(p, ..., level = middle)[h]) high <- middle else low <- middle
    }
    high
  })
}
gate_row <- function(p, families, methods, gamma, gates) {
  data.frame(p = text(p), families = paste(sapply(families, paste, collapse = " "), collapse = ";"),
             methods = paste(methods, collapse = " "), truncation = text(gamma), gates = paste(gates, collapse = " "),
             adjusted = text(gate_adjusted(p, families, methods, gamma, gates)))
}
par <- "parallel"
ser <- "serial"
pairs <- list(1:2, 3:4)
rows <- list(gate_row(c(.0082, .0174, .0042, .0180), pairs, c("holm", "holm"), c(.5, 1), c(par, par)),
             gate_row(c(.01, .9, .004, .02), pairs, c("holm", "holm"), c(.5, 1), c(par, par)),
             gate_row(c(.01, .03, .02, .04), pairs, c("bonferroni", "holm"), c(1, 1), c(par, par)),
             gate_row(c(.01, .03, .02, .04), pairs, c("holm", "holm"), c(1, 1), c(ser, par)))
three <- list(c(1, 4), c(2, 3, 6), c(5))
ways <- list(list(c("holm", "holm", "holm"), c(.5, .8, 1), c(par, par, par)),
             list(c("bonferroni", "holm", "holm"), c(1, .25, 1), c(par, par, par)),
             list(c("holm", "bonferroni", "holm"), c(1, 1, 1), c(ser, par, par)),
             list(c("fixed_sequence", "holm", "bonferroni"), c(1, .5, 1), c(par, par, par)))
for (way in ways) for (k in 1:8) rows[[length(rows) + 1]] <- gate_row(runif(6)^5, three, way[[1]], way[[2]], way[[3]])
save(rows, "gates.csv")

# ---- Dunnett

# P(any |T| >= t), or any T >= t, where corr = outer(l, l): an integral over the common part, and over the scale.
any_beyond <- function(l, t, df, sides) {
  own <- sqrt(1 - l^2)
  inside <- function(s) sapply(s, function(si) {
    integrate(function(z) dnorm(z) * (1 - Reduce(`*`, lapply(seq_along(l), function(i) {
      pnorm((t * si - l[i] * z) / own[i]) - if (sides == 2) pnorm((-t * si - l[i] * z) / own[i]) else 0
    }))), -12, 12, rel.tol = 1e-11, subdivisions = 2000)$value
  })
  if (is.infinite(df)) return(inside(1))
  integrate(function(s) 2 * s * df * dchisq(s^2 * df, df) * inside(s), 0, Inf, rel.tol = 1e-10, subdivisions = 2000)$value
}
quantile_of <- function(p, df, sides) qt(p / sides, df, lower.tail = FALSE)
dunnett_row <- function(method, sides, p, df, corr, adjusted, error) {
  data.frame(method, sides, p = text(p), df = text(rep(df, length.out = length(p))), correlation = matrix_text(corr),
             adjusted = text(adjusted), error)
}
products <- function(l) {
  corr <- outer(l, l)
  diag(corr) <- 1
  corr
}
by_integral <- function(sides, p, df, l) {
  df <- rep(df, length.out = length(p))
  adjusted <- sapply(seq_along(p), function(i) any_beyond(l, quantile_of(p[i], df[i], sides), df[i], sides))
  dunnett_row("dunnett", sides, p, df, products(l), adjusted, 1e-9)
}
down_by_integral <- function(sides, p, df, l) {
  adjusted <- rep(0, length(p))
  needed <- 0
  standing <- rep(TRUE, length(p))
  for (i in order(p)) {
    needed <- max(needed, any_beyond(l[standing], quantile_of(p[i], df, sides), df, sides))
    adjusted[i] <- needed
    standing[i] <- FALSE
  }
  dunnett_row("dunnett_step_down", sides, p, df, products(l), adjusted, 1e-9)
}
# mvtnorm's integral of three dimensions is deterministic, for whole df or the normal.
by_mvtnorm <- function(sides, p, df, corr) {
  algorithm <- if (length(p) < 4) TVPACK(1e-12) else GenzBretz(abseps = 1e-7, maxpts = 1e6)
  error <- if (length(p) < 4) 1e-8 else 5e-6
  adjusted <- sapply(p, function(one) {
    t <- quantile_of(one, df, sides)
    m <- length(p)
    inside <- if (sides == 1) pmvt(lower = rep(-Inf, m), upper = rep(t, m), df = if (is.finite(df)) df else 0, corr = corr,
                                   algorithm = algorithm)
              else pmvt(lower = rep(-t, m), upper = rep(t, m), df = if (is.finite(df)) df else 0, corr = corr,
                        algorithm = GenzBretz(abseps = 1e-7, maxpts = 1e6))
    1 - as.numeric(inside)
  })
  dunnett_row("dunnett", sides, p, df, corr, adjusted, if (sides == 2) 5e-6 else error)
}
arms <- function(n) sqrt(n[-1] / (n[-1] + n[1]))
p <- c(.01, .02, .04)
# Three blankets against one (multcomp's data set recovery; Westfall and others 1999), one-sided and two-sided.
data(recovery)
fit <- aov(minutes ~ blanket, data = recovery)
blankets <- function(sides) {
  comparisons <- glht(fit, linfct = mcp(blanket = "Dunnett"), alternative = if (sides == 2) "two.sided" else "less")
  t <- summary(comparisons, test = univariate())$test$tstat
  raw <- if (sides == 2) 2 * pt(-abs(t), comparisons$df) else pt(t, comparisons$df)
  corr <- cov2cor(vcov(comparisons))
  single <- summary(comparisons, test = adjusted("single-step", abseps = 1e-7, maxpts = 1e6))$test$pvalues
  free <- summary(comparisons, test = adjusted("free", abseps = 1e-7, maxpts = 1e6))$test$pvalues
  list(dunnett_row("dunnett", sides, raw, comparisons$df, corr, single, 2e-6),
       dunnett_row("dunnett_step_down", sides, raw, comparisons$df, corr, free, 2e-6))
}
rows <- c(list(by_integral(2, p, 20, rep(sqrt(.5), 3)), by_integral(1, p, 20, rep(sqrt(.5), 3)),
               by_integral(2, p, Inf, arms(c(100, 50, 80, 100))), by_integral(1, c(.001, .3, .7, .1), 7.3, arms(c(40, 10, 20, 30, 40))),
               by_integral(2, c(.0001, .2), c(3, 15), arms(c(10, 20, 10))), by_integral(2, runif(8)^3, 50, rep(sqrt(.5), 8)),
               down_by_integral(2, p, 20, rep(sqrt(.5), 3)), down_by_integral(1, c(.02, .006, .3, .01), 33, arms(c(40, 10, 20, 30, 40))),
               by_mvtnorm(2, p, 20, products(rep(sqrt(.5), 3))), by_mvtnorm(1, p, 20, products(rep(sqrt(.5), 3))),
               by_mvtnorm(1, p, Inf, products(c(.3, .6, .9))), by_mvtnorm(1, p, 9, matrix(c(1, .9, .1, .9, 1, .3, .1, .3, 1), 3)),
               by_mvtnorm(2, c(.01, .02, .04, .1), 7, matrix(c(1, .3, .2, .1, .3, 1, .5, .4, .2, .5, 1, .7, .1, .4, .7, 1), 4))),
          blankets(2), blankets(1))
# Away from products our own points err more than mvtnorm's integral.
rows[[12]]$error <- 1e-5
rows[[13]]$error <- 1e-5
save(rows, "dunnett.csv")

writeLines(capture.output(sessionInfo()), "session.txt")
