# A linear model with correlated errors, written out with explicit matrices, and everything that is said of a contrast at
# its maximum: a second derivation of engine/methods/mmrm.md and mixed.md. The program sums over patterns and has its
# derivatives in closed form; here the units (participants, or therapy groups) have their matrices, and whatever can be is
# differentiated numerically.
suppressMessages(library(numDeriv))

# A model: outcome y, design X, the unit of each row, the row's member (place in the unit's covariance) and the kind of
# covariance that the unit has. sigma(theta, kind) is the covariance of all members.
linear_model <- function(y, X, unit, member, kind, sigma, linear, method = "REML") {
  rows <- unname(split(seq_along(y), unit))
  rows <- lapply(rows, function(r) r[order(member[r])])
  key <- vapply(rows, function(r) paste(c(kind[r[1]], member[r]), collapse = " "), "")
  scale <- sd(y)
  blocks <- lapply(split(rows, key), function(same) {
    r <- unlist(same)
    list(X = X[r, , drop = FALSE], y = y[r] / scale, members = member[same[[1]]], kind = kind[same[[1]][1]],
         units = length(same))
  })
  list(blocks = blocks, sigma = sigma, linear = linear, method = method, scale = scale, n = length(y), p = ncol(X),
       names = colnames(X))
}

# W times the rows of each unit, unit below unit.
times <- function(W, M) matrix(W %*% matrix(M, nrow(W)), ncol = NCOL(M))

at <- function(model, theta) {
  p <- model$p
  A <- matrix(0, p, p)
  c <- numeric(p)
  logdet <- 0
  parts <- list()
  for (b in model$blocks) {
    V <- model$sigma(theta, b$kind)[b$members, b$members, drop = FALSE]
    U <- tryCatch(chol(V), error = function(e) NULL)
    if (is.null(U)) return(NULL)
    W <- chol2inv(U)
    WX <- times(W, b$X)
    A <- A + crossprod(b$X, WX)
    c <- c + crossprod(WX, b$y)
    logdet <- logdet + 2 * b$units * sum(log(diag(U)))
    parts[[length(parts) + 1]] <- list(W = W, WX = WX)
  }
  Phi <- chol2inv(chol(A))
  beta <- c(Phi %*% c)
  rest <- 0
  for (k in seq_along(parts)) {
    r <- model$blocks[[k]]$y - c(model$blocks[[k]]$X %*% beta)
    parts[[k]]$Wr <- c(times(parts[[k]]$W, r))
    rest <- rest + sum(r * parts[[k]]$Wr)
  }
  reml <- model$method == "REML"
  df <- model$n - if (reml) p else 0
  log_likelihood <- -0.5 * (logdet + rest + df * log(2 * pi) + if (reml) c(determinant(A)$modulus) else 0)
  list(beta = beta, Phi = Phi, parts = parts, log_likelihood = log_likelihood - df * log(model$scale))
}

log_likelihood <- function(model, theta) at(model, theta)$log_likelihood

# Derivatives of sigma by theta, one matrix each: the imaginary part of a step that is, which takes no digit away.
slopes <- function(model, theta, kind) {
  lapply(seq_along(theta), function(k) Im(model$sigma(theta + 1i * 1e-30 * (seq_along(theta) == k), kind)) / 1e-30)
}
kinds_of <- function(model) unique(vapply(model$blocks, function(b) as.character(b$kind), ""))
all_slopes <- function(model, theta) sapply(kinds_of(model), function(kind) slopes(model, theta, kind), simplify = FALSE)

# dl/dtheta_k = -1/2 [sum tr(W V_k) - tr(Phi sum X'W V_k W X) - sum r'W V_k W r], the middle term REML's.
score <- function(model, theta, D = all_slopes(model, theta)) {
  s <- at(model, theta)
  vapply(seq_along(theta), function(k) {
    total <- 0
    for (j in seq_along(s$parts)) {
      b <- model$blocks[[j]]
      part <- s$parts[[j]]
      V_k <- D[[as.character(b$kind)]][[k]][b$members, b$members, drop = FALSE]
      total <- total + b$units * sum(part$W * V_k) - sum(part$Wr * times(V_k, part$Wr))
      if (model$method == "REML") total <- total - sum(s$Phi * crossprod(part$WX, times(V_k, part$WX)))
    }
    -0.5 * total
  }, 0)
}

observed_information <- function(model, theta) {
  H <- -jacobian(function(t) score(model, t), theta)
  0.5 * (H + t(H))
}

# P_k = -sum X'W V_k W X, Q_kl = sum X'W V_k W V_l W X, and I_kl = 1/2 [sum tr(W V_k W V_l) - 2 tr(Phi Q_kl) +
# tr(Phi P_k Phi P_l)] (Kenward and Roger 1997); R_kl = sum X'W V_kl W X.
kenward_roger_matrices <- function(model, theta) {
  s <- at(model, theta)
  m <- length(theta)
  D <- all_slopes(model, theta)
  P <- replicate(m, matrix(0, model$p, model$p), FALSE)
  Q <- replicate(m, replicate(m, matrix(0, model$p, model$p), FALSE), FALSE)
  R <- Q
  traces <- matrix(0, m, m)
  second <- NULL
  if (!model$linear) {
    second <- sapply(kinds_of(model), function(kind) {
      size <- length(model$sigma(theta, kind))
      lapply(seq_len(size), function(e) hessian(function(t) c(model$sigma(t, kind))[e], theta))
    }, simplify = FALSE)
  }
  for (j in seq_along(s$parts)) {
    b <- model$blocks[[j]]
    part <- s$parts[[j]]
    of_kind <- D[[as.character(b$kind)]]
    active <- which(vapply(of_kind, function(V_k) any(V_k[b$members, b$members] != 0), TRUE))
    VWX <- lapply(of_kind, function(V_k) times(V_k[b$members, b$members, drop = FALSE], part$WX))
    WVWX <- lapply(VWX, function(M) times(part$W, M))
    for (k in active) {
      P[[k]] <- P[[k]] - crossprod(part$WX, VWX[[k]])
      for (l in active) {
        Q[[k]][[l]] <- Q[[k]][[l]] + crossprod(VWX[[k]], WVWX[[l]])
        traces[k, l] <- traces[k, l] + b$units * sum(diag(
          part$W %*% of_kind[[k]][b$members, b$members] %*% part$W %*% of_kind[[l]][b$members, b$members]))
        if (!is.null(second)) {
          V_kl <- matrix(vapply(second[[as.character(b$kind)]], function(h) h[k, l], 0), nrow(of_kind[[1]]))
          R[[k]][[l]] <- R[[k]][[l]] + crossprod(part$WX, times(V_kl[b$members, b$members, drop = FALSE], part$WX))
        }
      }
    }
  }
  list(P = P, Q = Q, R = R, traces = traces, Phi = s$Phi)
}
expected_information <- function(model, theta, M = kenward_roger_matrices(model, theta)) {
  m <- length(theta)
  reml <- model$method == "REML"
  outer(1:m, 1:m, Vectorize(function(k, l) {
    of_mean <- if (reml) -2 * sum(M$Phi * M$Q[[k]][[l]]) + sum((M$Phi %*% M$P[[k]]) * t(M$Phi %*% M$P[[l]])) else 0
    0.5 * (M$traces[k, l] + of_mean)
  }))
}

# Scoring until near, then Newton's steps with the numerical Hessian until nothing moves.
maximize <- function(model, theta) {
  stopifnot(!is.null(at(model, theta)))
  climb <- function(theta, step) {
    before <- log_likelihood(model, theta)
    for (half in 0:30) {
      to <- theta + step / 2^half
      reached <- log_likelihood(model, to)
      if (!is.null(reached) && is.finite(reached) && reached > before - 1e-9) return(to)
    }
    stop("no step raises the likelihood")
  }
  for (iteration in 1:200) {
    information <- expected_information(model, theta)
    step <- solve(information, score(model, theta))
    if (sum(step * (information %*% step)) < 1e-6) break
    theta <- climb(theta, step)
  }
  for (iteration in 1:20) {
    information <- observed_information(model, theta)
    step <- solve(information, score(model, theta))
    theta <- theta + step
    if (sum(step * (information %*% step)) < 1e-16) break
  }
  # The gradient by differences of the likelihood itself: of what no formula of this file has touched.
  gradient <- grad(function(t) log_likelihood(model, t), theta)
  stopifnot(max(abs(gradient) / sqrt(diag(information))) < 1e-6)
  theta
}

# Everything about l'beta at the maximum, on the outcome's scale.
fitted_model <- function(model, start) {
  theta <- maximize(model, start)
  s <- at(model, theta)
  fit <- list(model = model, theta = theta, state = s)
  fit$observed <- observed_information(model, theta)
  fit$matrices <- kenward_roger_matrices(model, theta)
  fit$expected <- expected_information(model, theta, fit$matrices)
  fit
}

answer <- function(fit, l, df = "residual", information = "observed", counted = NA) {
  model <- fit$model
  v <- c(l %*% fit$state$Phi %*% l)
  out <- list(estimate = sum(l * fit$state$beta) * model$scale, se = sqrt(v) * model$scale,
              df = if (df == "residual") model$n - model$p else counted, loglik = fit$state$log_likelihood)
  if (!df %in% c("satterthwaite", "kenward_roger", "kenward_roger_linear")) return(out)
  W <- solve(if (information == "observed") fit$observed else fit$expected)
  if (df == "satterthwaite") {
    g <- c(jacobian(function(t) c(l %*% at(model, t)$Phi %*% l), fit$theta))
    out$df <- 2 * v^2 / c(g %*% W %*% g)
    return(out)
  }
  # Kenward and Roger (1997), in general form: their A1, A2 and what follows, for one contrast.
  M <- fit$matrices
  Phi <- M$Phi
  m <- length(fit$theta)
  total <- matrix(0, model$p, model$p)
  Theta <- outer(l, l) / v
  A1 <- A2 <- 0
  for (k in 1:m) for (h in 1:m) {
    adjustment <- M$Q[[k]][[h]] - M$P[[k]] %*% Phi %*% M$P[[h]]
    if (df == "kenward_roger") adjustment <- adjustment - M$R[[k]][[h]] / 4
    total <- total + W[k, h] * adjustment
    T_k <- Theta %*% Phi %*% M$P[[k]] %*% Phi
    T_h <- Theta %*% Phi %*% M$P[[h]] %*% Phi
    A1 <- A1 + W[k, h] * sum(diag(T_k)) * sum(diag(T_h))
    A2 <- A2 + W[k, h] * sum(diag(T_k %*% T_h))
  }
  B <- (A1 + 6 * A2) / 2
  g <- (2 * A1 - 5 * A2) / (3 * A2)
  c1 <- g / (3 + 2 * (1 - g))
  c2 <- (1 - g) / (3 + 2 * (1 - g))
  c3 <- (3 - g) / (3 + 2 * (1 - g))
  E <- 1 / (1 - A2)
  V <- 2 * (1 + c1 * B) / ((1 - c2 * B)^2 * (1 - c3 * B))
  rho <- V / (2 * E^2)
  out$df <- 4 + 3 / (rho - 1)
  lambda <- out$df / (E * (out$df - 2))
  stopifnot(abs(lambda - 1) < 1e-6)
  out$se <- sqrt(c(l %*% (Phi + 2 * Phi %*% total %*% Phi) %*% l)) * model$scale
  out
}

# The nine structures over T visits: covariance from parameters, and parameters near a covariance. Variances first.
structures <- function(name, T) {
  lag <- abs(outer(1:T, 1:T, "-"))
  heterogeneous <- startsWith(name, "heterogeneous_")
  ante <- function(rho) outer(1:T, 1:T, Vectorize(function(a, b) if (a == b) 1 else prod(rho[min(a, b):(max(a, b) - 1)])))
  correlation <- switch(sub("heterogeneous_", "", name),
    compound_symmetry = function(rho) { R <- matrix(rho, T, T); diag(R) <- 1; R },
    ar1 = function(rho) rho^lag,
    toeplitz = function(rho) matrix(c(1, rho)[lag + 1], T),
    ante_dependence = ante)
  near <- switch(sub("heterogeneous_", "", name),
    compound_symmetry = function(R) mean(R[lag > 0]),
    ar1 = function(R) mean(R[lag == 1]),
    toeplitz = function(R) vapply(1:(T - 1), function(d) mean(R[lag == d]), 0),
    ante_dependence = function(R) vapply(1:(T - 1), function(a) R[a, a + 1], 0))
  if (name == "unstructured") {
    return(list(linear = TRUE, of = function(t) {
      S <- matrix(0, T, T)
      S[lower.tri(S, TRUE)] <- t
      S + t(S) - diag(diag(S), T)
    }, near = function(S) S[lower.tri(S, TRUE)]))
  }
  if (heterogeneous) {
    return(list(linear = FALSE, of = function(t) sqrt(outer(t[1:T], t[1:T])) * correlation(t[-(1:T)]),
                near = function(S) c(diag(S), near(cov2cor(S)))))
  }
  if (name %in% c("compound_symmetry", "toeplitz")) {
    return(list(linear = TRUE, of = function(t) {
      # Linear: a variance and covariances.
      matrix(c(t[1], if (name == "toeplitz") t[-1] else rep(t[2], T - 1))[lag + 1], T)
    }, near = function(S) mean(diag(S)) * c(1, near(cov2cor(S)))))
  }
  list(linear = FALSE, of = function(t) t[1] * correlation(t[-1]), near = function(S) c(mean(diag(S)), near(cov2cor(S))))
}

# A covariance to start from: of the residuals of least squares, pair by pair, drawn a third towards independence.
residual_covariance <- function(y, X, unit, member, T) {
  r <- matrix(NA, max(unit), T)
  r[cbind(unit, member)] <- lm.fit(X, y)$residuals / sd(y)
  S <- cov(r, use = "pairwise.complete.obs")
  S[is.na(S)] <- 0
  variances <- diag(S)
  S <- S * 2 / 3
  diag(S) <- variances
  S
}
