# A second derivation of Kenward and Roger's standard error and df where no R package of Debian's has them: explicit matrices
# participant by participant, derivatives of Sigma and of the REML likelihood by numDeriv. Prints the values beside the program's.
#   Rscript kenward_roger.R PROGRAM
suppressMessages({library(numDeriv); library(jsonlite)})
program <- commandArgs(TRUE)[1]
d <- na.omit(read.csv("three_arms.csv")); T <- 3
d$v <- factor(d$visit, levels = c(3, 1, 2)); X <- model.matrix(~ v * arm + v * base, d); y <- d$y; who <- split(seq_len(nrow(d)), d$id)
forms <- list(
  unstructured = function(th) { S <- matrix(0, 3, 3); S[upper.tri(S, TRUE)] <- th; S[lower.tri(S)] <- t(S)[lower.tri(S)]; S },
  ar1 = function(th) th[1] * th[2]^abs(outer(1:3, 1:3, "-")),
  heterogeneous_ar1 = function(th) sqrt(outer(th[1:3], th[1:3])) * th[4]^abs(outer(1:3, 1:3, "-")),
  heterogeneous_toeplitz = function(th) sqrt(outer(th[1:3], th[1:3])) * toeplitz(c(1, th[4], th[5])),
  heterogeneous_ante_dependence = function(th) { R <- diag(3); R[1, 2] <- R[2, 1] <- th[4]; R[2, 3] <- R[3, 2] <- th[5]; R[1, 3] <- R[3, 1] <- th[4] * th[5]; sqrt(outer(th[1:3], th[1:3])) * R })
from <- list(unstructured = function(S) S[upper.tri(S, TRUE)], ar1 = function(S) c(S[1, 1], S[1, 2] / S[1, 1]),
  heterogeneous_ar1 = function(S) c(diag(S), cov2cor(S)[1, 2]), heterogeneous_toeplitz = function(S) c(diag(S), cov2cor(S)[1, 2:3]),
  heterogeneous_ante_dependence = function(S) c(diag(S), cov2cor(S)[1, 2], cov2cor(S)[2, 3]))
for (name in names(forms)) {
  a <- fromJSON(system2(program, c("analyze three_arms.csv --method mmrm --value y --participant id --arm arm --visit visit --adjust 'base*visit' --compare b,a --at 3 --df kenward_roger --format json --covariance", name), stdout = TRUE))
  f <- forms[[name]]; th <- from[[name]](a$covariance$values[[1]]); m <- length(th); p <- ncol(X)
  reml <- function(th) { S <- f(th); A <- matrix(0, p, p); b <- numeric(p); ld <- 0; q <- 0
    for (i in who) { Vi <- solve(S[d$visit[i], d$visit[i], drop = FALSE]); ld <- ld - determinant(Vi)$modulus; A <- A + t(X[i, , drop = FALSE]) %*% Vi %*% X[i, , drop = FALSE]; b <- b + t(X[i, , drop = FALSE]) %*% Vi %*% y[i]; q <- q + y[i] %*% Vi %*% y[i] }
    c(-0.5 * (ld + determinant(A)$modulus + q - t(b) %*% solve(A, b))) }
  W <- solve(-hessian(reml, th)); S <- f(th); J <- jacobian(function(t) c(f(t)), th)
  H <- lapply(1:9, function(e) hessian(function(t) c(f(t))[e], th))
  A <- matrix(0, p, p); P <- replicate(m, A, FALSE); Q <- replicate(m, replicate(m, A, FALSE), FALSE); R <- Q
  for (i in who) { o <- d$visit[i]; Xi <- X[i, , drop = FALSE]; Vi <- solve(S[o, o, drop = FALSE]); A <- A + t(Xi) %*% Vi %*% Xi
    Dk <- lapply(1:m, function(k) matrix(J[, k], 3)[o, o, drop = FALSE])
    for (k in 1:m) { P[[k]] <- P[[k]] - t(Xi) %*% Vi %*% Dk[[k]] %*% Vi %*% Xi
      for (l in 1:m) { Q[[k]][[l]] <- Q[[k]][[l]] + t(Xi) %*% Vi %*% Dk[[k]] %*% Vi %*% Dk[[l]] %*% Vi %*% Xi
        D2 <- matrix(vapply(H, function(h) h[k, l], 0), 3)[o, o, drop = FALSE]; R[[k]][[l]] <- R[[k]][[l]] + t(Xi) %*% Vi %*% D2 %*% Vi %*% Xi } } }
  Phi <- solve(A); L <- as.numeric(colnames(X) == "armb"); B <- matrix(0, p, p)
  for (k in 1:m) for (l in 1:m) B <- B + W[k, l] * (Q[[k]][[l]] - P[[k]] %*% Phi %*% P[[l]] - R[[k]][[l]] / 4)
  se <- sqrt(c(L %*% (Phi + 2 * Phi %*% B %*% Phi) %*% L)); g <- vapply(P, function(Pk) -c(L %*% Phi %*% Pk %*% Phi %*% L), 0)
  df <- 2 * c(L %*% Phi %*% L)^2 / c(g %*% W %*% g)
  cat(sprintf("%-32s se %.10f  program %.10f   df %.6f  program %.6f   score %.1e\n", name, se, a$se, df, a$df, max(abs(grad(reml, th)))))
}
