# What R says of the made-up participants in tests/unit/calibration/target_statistic_test.cpp. Run as
#   Rscript statistics.R > statistics.txt
# Nothing but base R: lm for the adjusted difference, aov for the mean squares of the intraclass correlation.

arm   <- c(0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1)
group <- c(0, 0, 0, 1, 1, 2, NA, 3, 3, 4, 4, 4, 4)
y0    <- c(6, 5, 7, 8, 4, 6, 5, 7, 6, 5, 8, 4, 6)
y1    <- c(4, 3, 5, 7, NA, 2, 5, 6, 6, 5, 7, 3, NA)
y2    <- c(3, 3.5, NA, 6, NA, 3, 4, 7, 5, NA, 7.5, 4, NA)
show  <- function(name, value) cat(sprintf("%-45s %.15g\n", name, value))

adjusted <- function(y) {
  seen <- !is.na(y)
  fit <- lm(y[seen] ~ I(arm[seen] == 0) + y0[seen])
  c(unname(coef(fit)[2]), summary(fit)$sigma)
}
both <- rowMeans(cbind(y1, y2), na.rm = TRUE)
for (what in c("visit 1", "both visits")) {
  found <- adjusted(if (what == "visit 1") y1 else both)
  show(paste("adjusted difference,", what), found[1])
  show(paste("SD of what is left,", what), found[2])
}

# Donner and Koval 1980: mean squares between and within groups, and the mean size of unequal groups; in more than one arm
# groups are nested in arms, and each arm's sizes are weighed by its own members.
icc <- function(arms, y) {
  keep <- arm %in% arms & !is.na(group) & !is.na(y)
  a <- factor(arm[keep])
  g <- factor(group[keep])
  table <- if (nlevels(a) > 1) anova(lm(y[keep] ~ a + g)) else anova(lm(y[keep] ~ g))
  between <- table["g", "Mean Sq"]
  within <- table["Residuals", "Mean Sq"]
  sizes <- tapply(y[keep], g, length)
  of_arm <- tapply(arm[keep], g, function(x) x[1])
  n0 <- (sum(sizes) - sum(tapply(sizes, of_arm, function(n) sum(n^2) / sum(n)))) / table["g", "Df"]
  (between - within) / (between + (n0 - 1) * within)
}
show("intraclass correlation, arm 0, baseline", icc(0, y0))
show("intraclass correlation, arm 1, visit 1", icc(1, y1))
show("intraclass correlation, both arms, visit 1", icc(c(0, 1), y1))

seen <- !is.na(y1)
show("correlation with baseline, visit 1", cor(y0[seen], y1[seen]))
show("SD ratio, visit 1", sd(y1, na.rm = TRUE) / sd(y0))
show("relative change over both visits", (mean(y1, na.rm = TRUE) + mean(y2, na.rm = TRUE)) / 2 / mean(y0) - 1)
show("mean change of arm 0, visit 2", mean((y2 - y0)[arm == 0], na.rm = TRUE))
odds <- function(y, a) { p <- mean(y[arm == a] <= 5, na.rm = TRUE); log(p / (1 - p)) }
show("log odds ratio of 5 or less, both visits", mean(c(odds(y1, 0) - odds(y1, 1), odds(y2, 0) - odds(y2, 1))))

cat("\n")
print(sessionInfo())
