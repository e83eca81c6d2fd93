# Reference values of multiplicity adjustment, by base R's p.adjust.
# From this folder:  Rscript reference.R
# writes cases.csv (method, raw and adjusted p values, separated by blanks) and session.txt.

options(digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20251108)

sets <- list(0.03, c(0.01, 0.02, 0.04), c(0.04, 0.01, 0.03, 0.005), c(0.02, 0.02, 0.02), c(0, 1, 0.5), c(0.9, 0.8),
             runif(10)^2, runif(64)^3, c(0.01, 0.04, 0.011, 0.04, 0.013))
text <- function(p) paste(sprintf("%.17g", p), collapse = " ")
rows <- do.call(rbind, lapply(c("none", "bonferroni", "holm"), function(method) {
  do.call(rbind, lapply(sets, function(p) {
    data.frame(method, p = text(p), adjusted = text(p.adjust(p, method)))
  }))
}))
write.csv(rows, "cases.csv", row.names = FALSE, quote = FALSE)
writeLines(capture.output(sessionInfo()), "session.txt")
