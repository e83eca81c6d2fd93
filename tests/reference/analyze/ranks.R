# Wilcoxon's rank sum test by wilcox.test and coin, van Elteren's by coin with ranks over N + 1, the share of pairs won and its
# placement variance pair by pair. Writes ranks.csv and the data set that it makes up:  Rscript ranks.R
suppressMessages(library(coin))
source("trials.R")
cases <- new_cases()

set.seed(53)
n <- 90
d <- data.frame(id = 1:n, arm = sample(rep(c("a", "b", "c"), c(35, 40, 15))), site = sample(c("p", "q", "r", "s"), n, TRUE))
d$y <- round(rnorm(n) + 0.4 * (d$arm == "b") + 0.5 * (d$site == "q"), 4)
d$tied <- round(2 * d$y)
d$arm[d$site == "s"] <- "b"  # a site that compares nothing
d$y[sample(n, 9)] <- NA
d <- d[order(d$arm), ]
write(d, "ties.csv")

# A stratum: pairs won (ties half), and DeLong's variance of their number.
pairs_of <- function(b, a) {
  won <- outer(b, a, function(x, y) (x > y) + 0.5 * (x == y))
  m <- length(b)
  k <- length(a)
  list(won = sum(won), pairs = m * k, weight = 1 / (m + k + 1),
       variance = m^2 * k^2 * (if (m > 1 && k > 1) var(rowMeans(won)) / m + var(colMeans(won)) / k else NA))
}

ask <- function(value, by_site) {
  e <- d[d$arm %in% c("a", "b") & !is.na(d[[value]]), ]
  e$outcome <- e[[value]]
  e$arm <- factor(e$arm, levels = c("b", "a"))
  e$stratum <- factor(if (by_site) e$site else "all")
  both <- names(which(rowSums(table(e$stratum, e$arm) > 0) == 2))
  e <- droplevels(e[e$stratum %in% both, ])
  over_n <- function(data) trafo(data, numeric_trafo = function(y) rank(y) / (length(y) + 1), block = e$stratum)
  test <- independence_test(outcome ~ arm | stratum, e, ytrafo = over_n, teststat = "scalar")
  z <- c(statistic(test, "standardized"))
  if (!by_site) {
    w <- wilcox.test(outcome ~ arm, e, exact = FALSE, correct = FALSE)
    stopifnot(abs(w$p.value - pvalue(test)) < 1e-12, abs(c(statistic(wilcox_test(outcome ~ arm, e))) - z) < 1e-12)
  }
  strata <- lapply(split(e, e$stratum), function(s) pairs_of(s$outcome[s$arm == "b"], s$outcome[s$arm == "a"]))
  sum_of <- function(f) sum(vapply(strata, f, 0))
  weights <- sum_of(function(s) s$weight * s$pairs)
  estimate <- sum_of(function(s) s$weight * s$won) / weights - 0.5
  se <- sqrt(sum_of(function(s) s$weight^2 * s$variance)) / weights
  words <- sprintf("--method rank_sum --value %s --participant id --arm arm --compare b,a%s", value, if (by_site) " --adjust site" else "")
  limits <- list(lower = estimate - qnorm(0.975) * se, upper = estimate + qnorm(0.975) * se)
  cases$add("ties.csv", words, c(list(estimate = estimate, se = se, statistic = z, p = 2 * pnorm(-abs(z))), limits))
  one_sided <- pnorm(z, lower.tail = FALSE)
  cases$add("ties.csv", paste(words, "--better higher --sides 1 --alpha 0.025"),
            c(list(estimate = estimate, se = se, statistic = z, p = one_sided), limits))
  # Another null value: the placement variance, which holds where arms differ.
  z <- (estimate + 0.1) / se
  cases$add("ties.csv", paste(words, "--better higher --test noninferiority --margin 0.1"),
            c(list(estimate = estimate, se = se, statistic = z, p = pnorm(z, lower.tail = FALSE)), limits))
}
for (value in c("y", "tied")) for (by_site in c(FALSE, TRUE)) ask(value, by_site)
cases$save("ranks")
