# Reference values of the analyses, by base R alone: t.test, lm, prop.test and numerical maximization.
# From this folder:  Rscript reference.R
# writes data.csv (the trials), cases.csv (what is asked and R's answer) and session.txt (who answered).

options(digits = 17, stringsAsFactors = FALSE)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20251108)

# ---- trials: y is endpoint 0 at the visit, x0, x1, x2 are the endpoints' values at baseline ------------------------

trial <- function(name, arms, sites = 1, effect = 0.4, lost = 0, lost_baseline = 0, shift = 0, scale = 1) {
  n <- length(arms)
  x0 <- rnorm(n, 6, 1.5)
  x1 <- shift + scale * (0.5 * (x0 - 6) + rnorm(n))
  x2 <- rgamma(n, 2, 0.05)
  site <- if (sites == 1) rep(0L, n) else sample.int(sites, n, replace = TRUE) - 1L
  y <- 5 + 0.6 * (x0 - 6) + 0.2 * (x1 - shift) / scale - 0.004 * x2 - effect * arms + 0.3 * site +
    rnorm(n, 0, 1.2 + 0.4 * (arms == 1))
  y <- pmax(y, 0.01)
  if (lost > 0) y[runif(n) < lost] <- NA
  if (lost_baseline > 0) {
    x0[runif(n) < lost_baseline] <- NA
    x1[runif(n) < lost_baseline] <- NA
  }
  data.frame(trial = name, arm = arms, site = site, y = y, x0 = x0, x1 = x1, x2 = x2)
}

two <- function(n0, n1) sample(rep(0:1, c(n0, n1)))

counts <- function(name, yes0, n0, yes1, n1) {
  n <- n0 + n1
  data.frame(trial = name, arm = rep(0:1, c(n0, n1)), site = 0L,
             y = c(rep(1:0, c(yes0, n0 - yes0)), rep(1:0, c(yes1, n1 - yes1))), x0 = 1, x1 = rnorm(n), x2 = rnorm(n))
}

large <- trial("large_common_part", two(40, 40))
large$y <- large$y + 1e6
large$x0 <- large$x0 + 1e6

emptied <- trial("emptied_site", two(30, 30), sites = 6, lost = 0.1)
emptied$y[emptied$site == 3] <- NA
one_sided_site <- trial("one_armed_site", two(30, 30), sites = 4)
one_sided_site$arm[one_sided_site$site == 2] <- 1L

trials <- rbind(
  trial("balanced", two(50, 50)),
  trial("unbalanced", two(23, 71), sites = 4),
  trial("missing", two(60, 60), sites = 6, lost = 0.25, lost_baseline = 0.08),
  trial("six_sites", two(45, 45), sites = 6, lost = 0.15),
  trial("two_sites", two(20, 28), sites = 2, lost = 0.15),
  trial("three_arms", sample(rep(0:2, c(30, 25, 35))), sites = 3, lost = 0.1),
  trial("four_arms", sample(rep(0:3, c(30, 32, 28, 34))), sites = 5, lost = 0.2, lost_baseline = 0.05),
  trial("tiny", c(0, 1, 0, 1, 1)),
  trial("tiniest", c(0, 1, 0, 1), effect = 2),
  trial("small", two(6, 7), sites = 2),
  trial("badly_scaled", two(40, 44), sites = 3, shift = 1e6, scale = 1),
  trial("tiny_scale", two(40, 44), shift = 0, scale = 1e-9),
  large, emptied, one_sided_site,
  counts("yes_no", 24, 60, 37, 62),
  counts("yes_no_unbalanced", 5, 17, 31, 83),
  counts("nobody", 0, 20, 0, 10),
  counts("everybody", 15, 15, 12, 12),
  counts("one_arm_nobody", 0, 20, 7, 18),
  counts("all_or_nothing", 0, 12, 9, 9),
  counts("rare", 1, 240, 3, 250),
  counts("equal", 14, 35, 16, 40))

# ---- what is asked ------------------------------------------------------------------------------------------------

ask <- function(trial, method, option = "-", adjust = "-", transform = "none", fraction = 0, test = "superiority",
                better = "lower", margin = 0, alpha = 0.05, sides = 2, treatment = 1, comparator = 0) {
  data.frame(trial, method, option, adjust, transform, fraction, test, better, margin, alpha, sides, treatment,
             comparator)
}

# Every kind of test on either direction and number of sides.
questions <- function(margin) {
  kinds <- data.frame(test = c("superiority", "superiority", "noninferiority", "equivalence"),
                      margin = c(0, margin / 2, margin, margin))
  merge(kinds, expand.grid(better = c("lower", "higher"), sides = 1:2))
}

ask_all <- function(margin, ...) {
  q <- questions(margin)
  do.call(rbind, lapply(seq_len(nrow(q)), function(i) {
    ask(..., test = q$test[i], better = q$better[i], margin = q$margin[i], sides = q$sides[i])
  }))
}

numeric_trials <- c("balanced", "unbalanced", "missing", "six_sites", "two_sites", "tiny", "tiniest", "small",
                    "badly_scaled", "large_common_part")
binary_trials <- c("yes_no", "yes_no_unbalanced", "one_arm_nobody", "all_or_nothing", "rare", "equal")

cases <- rbind(
  do.call(rbind, lapply(numeric_trials, ask, "mean_difference", "pooled")),
  do.call(rbind, lapply(numeric_trials, ask, "mean_difference", "welch")),
  do.call(rbind, lapply(setdiff(numeric_trials, c("tiniest")), ask, "ancova", "compared", "x0")),
  do.call(rbind, lapply(setdiff(numeric_trials, c("tiniest", "tiny")), ask, "ancova", "compared", "x0+x1")),
  do.call(rbind, lapply(c("unbalanced", "missing", "six_sites", "two_sites", "small", "badly_scaled", "emptied_site",
                          "one_armed_site"), ask, "ancova", "compared", "x0+x1+site")),
  ask("balanced", "ancova", "compared"),
  ask("missing", "ancova", "compared", "site"),
  ask("missing", "ancova", "compared", "x0+x1+x2+site", alpha = 0.01),
  ask("tiny_scale", "ancova", "compared", "x0+x1+x2"),
  ask("three_arms", "ancova", "all", "x0"),
  ask("three_arms", "ancova", "all", "x0+site", treatment = 2, comparator = 1),
  ask("three_arms", "ancova", "compared", "x0+site", treatment = 2, comparator = 1),
  ask("four_arms", "ancova", "all", "-", treatment = 3, comparator = 1),
  ask("four_arms", "ancova", "all", "x0+x1+site", treatment = 0, comparator = 3),
  ask("four_arms", "ancova", "all", "x0+x2+site", treatment = 2, comparator = 0),
  ask("four_arms", "ancova", "compared", "x0+x2+site", treatment = 2, comparator = 0),
  ask("four_arms", "mean_difference", "welch", treatment = 3, comparator = 2),
  ask_all(0.8, "two_sites", "mean_difference", "pooled"),
  ask_all(0.8, "two_sites", "mean_difference", "welch"),
  ask_all(0.8, "two_sites", "ancova", "compared", "x0+site"),
  ask("missing", "mean_difference", "welch", transform = "change"),
  ask("missing", "mean_difference", "pooled", transform = "log1p"),
  ask("missing", "ancova", "compared", "x0+site", transform = "change"),
  ask("missing", "ancova", "compared", "x0+x2", transform = "log1p"),
  ask("missing", "ancova", "compared", "x1", transform = "responder", fraction = 0.1, better = "lower"),
  ask("missing", "proportions", transform = "responder", fraction = 0.3),
  ask("four_arms", "proportions", transform = "responder", fraction = 0.1, treatment = 2, comparator = 0),
  ask("six_sites", "proportions", transform = "responder", fraction = 0.05, better = "higher"),
  do.call(rbind, lapply(c(binary_trials, "nobody", "everybody"), ask, "proportions", better = "higher")),
  do.call(rbind, lapply(binary_trials, function(t) ask_all(0.15, t, "proportions"))),
  ask("nobody", "proportions", test = "noninferiority", margin = 0.1, better = "higher"),
  ask("everybody", "proportions", test = "noninferiority", margin = 0.1, better = "lower"),
  ask("yes_no", "proportions", alpha = 0.001, better = "higher"))

# ---- R's answers ------------------------------------------------------------------------------------------------------

read_case <- function(q) {
  d <- trials[trials$trial == q$trial, ]
  sign <- if (q$better == "lower") -1 else 1
  d$covariate0 <- if (q$transform == "log1p") log1p(d$x0) else d$x0
  d$outcome <- switch(q$transform,
    none = d$y,
    log1p = log1p(d$y),
    change = d$y - d$x0,
    responder = as.numeric(sign * (d$y - d$x0) >= q$fraction * abs(d$x0) & sign * (d$y - d$x0) > 0))
  d[!is.na(d$outcome), ]
}

# Alternatives of the one-sided tests that a question is made of: which null value, which side.
parts_of <- function(q) {
  better <- if (q$transform == "responder") "higher" else q$better
  up <- better == "higher"
  better_side <- if (up) "greater" else "less"
  towards <- if (up) 1 else -1
  if (q$test == "superiority" && q$margin == 0 && q$sides == 2) return(list(list(0, "two.sided")))
  if (q$test == "superiority") return(list(list(towards * q$margin, better_side)))
  if (q$test == "noninferiority") return(list(list(-towards * q$margin, better_side)))
  list(list(-q$margin, "greater"), list(q$margin, "less"))
}

confidence_of <- function(q) if (q$sides == 2) 1 - q$alpha else 1 - 2 * q$alpha

# The part of a question with the largest p value answers it.
worst <- function(answers) answers[[which.max(vapply(answers, function(a) a$p, 0))]]

answer_mean_difference <- function(q, d) {
  treated <- d$outcome[d$arm == q$treatment]
  compared <- d$outcome[d$arm == q$comparator]
  test <- function(...) t.test(treated, compared, var.equal = q$option == "pooled", ...)
  part <- worst(lapply(parts_of(q), function(part) {
    t <- test(mu = part[[1]], alternative = part[[2]])
    list(statistic = unname(t$statistic), p = t$p.value)
  }))
  t <- test(conf.level = confidence_of(q))
  list(value = mean(treated) - mean(compared), se = t$stderr, df = unname(t$parameter), statistic = part$statistic,
       p = part$p, lower = t$conf.int[1], upper = t$conf.int[2])
}

tail_of <- function(t, df, alternative) {
  switch(alternative, two.sided = 2 * pt(-abs(t), df), greater = pt(t, df, lower.tail = FALSE), less = pt(t, df))
}

answer_ancova <- function(q, d) {
  if (q$option == "compared") d <- d[d$arm %in% c(q$treatment, q$comparator), ]
  d$arm <- relevel(factor(d$arm), ref = as.character(q$comparator))
  terms <- strsplit(q$adjust, "+", fixed = TRUE)[[1]]
  terms <- c("arm", sub("^x0$", "covariate0", setdiff(terms, "-")))
  terms <- sub("^site$", "factor(site)", terms)
  fit <- lm(reformulate(terms, "outcome"), data = d)
  name <- paste0("arm", q$treatment)
  row <- summary(fit)$coefficients[name, ]
  value <- row[["Estimate"]]
  se <- row[["Std. Error"]]
  part <- worst(lapply(parts_of(q), function(part) {
    t <- (value - part[[1]]) / se
    list(statistic = t, p = tail_of(t, fit$df.residual, part[[2]]))
  }))
  limits <- confint(fit, name, level = confidence_of(q))
  list(value = value, se = se, df = fit$df.residual, statistic = part$statistic, p = part$p, lower = limits[1],
       upper = limits[2])
}

# The most likely probability of the comparator when the treatment's is larger by `null`: where the derivative of the
# log-likelihood, which falls throughout, changes its sign.
restricted <- function(null, x1, n1, x2, n2) {
  slope <- function(p) {
    part <- function(x, n, p) (if (x > 0) x / p else 0) - (if (x < n) (n - x) / (1 - p) else 0)
    part(x1, n1, p + null) + part(x2, n2, p)
  }
  range <- c(max(0, -null), min(1, 1 - null))
  inner <- range + c(1, -1) * 1e-14
  if (slope(inner[1]) <= 0) return(range[1])
  if (slope(inner[2]) >= 0) return(range[2])
  uniroot(slope, inner, tol = .Machine$double.eps, maxiter = 10000)$root
}

answer_proportions <- function(q, d) {
  one <- d$outcome[d$arm == q$treatment]
  two <- d$outcome[d$arm == q$comparator]
  x <- c(sum(one), sum(two))
  n <- c(length(one), length(two))
  p <- x / n
  part <- worst(lapply(parts_of(q), function(part) {
    null <- part[[1]]
    if (null == 0 && (sum(x) == 0 || sum(x) == sum(n))) {
      return(list(statistic = 0, p = if (part[[2]] == "two.sided") 1 else 0.5))
    }
    if (null == 0) {
      test <- suppressWarnings(prop.test(x, n, alternative = part[[2]], correct = FALSE))
      return(list(statistic = sign(p[1] - p[2]) * sqrt(unname(test$statistic)), p = test$p.value))
    }
    q2 <- restricted(null, x[1], n[1], x[2], n[2])
    q1 <- q2 + null
    z <- (p[1] - p[2] - null) / sqrt(q1 * (1 - q1) / n[1] + q2 * (1 - q2) / n[2])
    list(statistic = z, p = tail_of(z, Inf, part[[2]]))
  }))
  wilson <- function(i) suppressWarnings(prop.test(x[i], n[i], conf.level = confidence_of(q), correct = FALSE)$conf.int)
  w1 <- wilson(1)
  w2 <- wilson(2)
  difference <- p[1] - p[2]
  list(value = difference, se = sqrt(sum(p * (1 - p) / n)), df = Inf, statistic = part$statistic, p = part$p,
       lower = difference - sqrt((p[1] - w1[1])^2 + (w2[2] - p[2])^2),
       upper = difference + sqrt((w1[2] - p[1])^2 + (p[2] - w2[1])^2))
}

answers <- do.call(rbind, lapply(seq_len(nrow(cases)), function(i) {
  q <- cases[i, ]
  as.data.frame(switch(q$method, mean_difference = answer_mean_difference, ancova = answer_ancova,
                       proportions = answer_proportions)(q, read_case(q)))
}))

# ---- out ------------------------------------------------------------------------------------------------------------

exact <- function(frame) {
  frame[] <- lapply(frame, function(column) if (is.double(column)) sprintf("%.17g", column) else column)
  frame
}
write.csv(exact(trials), "data.csv", row.names = FALSE, quote = FALSE)
write.csv(exact(cbind(cases, answers)), "cases.csv", row.names = FALSE, quote = FALSE)
writeLines(capture.output(sessionInfo()), "session.txt")
