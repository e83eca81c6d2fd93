# Trials over visits, made up: n participants in arms of equal or given sizes, a serially correlated outcome that grows
# more variable, people who leave and visits that are missed. NA is what nobody saw.
simulate <- function(n, T, arms, r = 0.6, loss = 0.1, scale = 1, offset = 0, sites = 3, arm = rep(letters[1:arms], length.out = n)) {
  S <- outer(1:T, 1:T, function(i, j) r^abs(i - j)) * outer(1 + 0.15 * (1:T), 1 + 0.15 * (1:T))
  base <- round(rnorm(n), 3)
  site <- sample(paste0("s", 1:sites), n, TRUE)
  y <- matrix(rnorm(n * T), n) %*% chol(S) + 0.5 * base - 0.2 * (arm == "b")
  if (loss > 0) {
    gone <- ceiling(rexp(n, loss)) + 1
    y[outer(gone, 1:T, "<=")] <- NA
    y[sample(n * T, ceiling(n * T * loss / 4))] <- NA
  }
  d <- data.frame(id = rep(1:n, T), arm = rep(arm, T), base = rep(base, T), site = rep(site, T), visit = rep(1:T, each = n),
                  y = round(offset + scale * c(y), 6))
  d[order(d$id, d$visit), ]
}
write <- function(d, name) write.csv(d, name, row.names = FALSE, quote = FALSE)

# The cases of one script: what is asked of `equipoise analyze`, and the answer. NA: not compared. Saved with the session.
new_cases <- function() {
  rows <- list()
  list(add = function(data, arguments, values) {
    number <- function(name) if (is.null(values[[name]]) || is.na(values[[name]])) "NA" else format(values[[name]], digits = 13)
    row <- list(data = data, arguments = arguments)
    for (name in c("estimate", "se", "df", "loglik", "statistic", "p", "lower", "upper")) row[[name]] <- number(name)
    row$status <- if (is.null(values$status)) "ok" else values$status
    rows[[length(rows) + 1]] <<- as.data.frame(row)
  }, save = function(name) {
    write.csv(do.call(rbind, rows), paste0(name, ".csv"), row.names = FALSE)
    writeLines(capture.output(sessionInfo()), paste0(name, "_session.txt"))
  })
}
