# Sobol indices by the estimators of engine/methods/sensitivity.md, written a second time, on made-up answers with made-up
# noise.
# From this folder:  Rscript reference.R
# writes rows.csv (answers and noise), cases.csv (indices) and session.txt.

RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20251125)

made_up <- function(case, rows, factors, noisy) {
  level <- function() round(runif(rows), 4)
  small <- function(low) if (noisy) round(runif(rows, low, 0.002), 6) else rep(0, rows)
  data <- data.frame(case = case, row = seq_len(rows), a = level(), b = level(), a_noise = small(0), b_noise = small(0),
                     shared_noise = small(-0.001))
  for (f in seq_len(factors)) {
    data[[paste0("mixed_", f)]] <- level()
    data[[paste0("difference_noise_", f)]] <- small(0)
    data[[paste0("shared_noise_", f)]] <- small(-0.001)
  }
  data
}

# Sums written as covariances and means of squares, not as the program accumulates them.
indices <- function(data, factors) {
  both <- c(data$a, data$b)
  n <- length(both)
  variance <- var(both) * (n - 1) / n - mean(c(data$a_noise, data$b_noise))
  do.call(rbind, lapply(seq_len(factors), function(f) {
    mixed <- data[[paste0("mixed_", f)]]
    first <- mean((data$b - mean(both)) * (mixed - data$a)) - mean(data[[paste0("shared_noise_", f)]] - data$shared_noise)
    total <- mean((mixed - data$a)^2 - data[[paste0("difference_noise_", f)]]) / 2
    data.frame(case = data$case[1], factor = f, variance = variance, first_order = first / variance, total = total / variance)
  }))
}

cases <- list(made_up(1, 16, 3, FALSE), made_up(2, 40, 3, TRUE))
write.csv(do.call(rbind, cases), "rows.csv", row.names = FALSE, quote = FALSE)
results <- do.call(rbind, lapply(cases, indices, factors = 3))
for (name in c("variance", "first_order", "total")) results[[name]] <- sprintf("%.17g", results[[name]])
write.csv(results, "cases.csv", row.names = FALSE, quote = FALSE)
writeLines(capture.output(sessionInfo()), "session.txt")
