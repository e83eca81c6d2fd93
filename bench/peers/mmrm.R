# The reference workload W1 analysed by R's packages on the very data sets that equipoise simulates, beside equipoise itself.
#
#   Rscript bench/peers/mmrm.R build/release/equipoise [trials]
#
# Peers: nlme::gls (unstructured covariance), lme4 + lmerTest (compound symmetry, Satterthwaite), and mmrm where installed.
suppressMessages({library(nlme); library(lme4); library(lmerTest); library(jsonlite)})
arguments <- commandArgs(TRUE)
program <- arguments[1]
trials <- if (length(arguments) > 1) as.integer(arguments[2]) else 10L
scenario <- "scenarios/validation/w1.toml"

folder <- tempfile(); dir.create(folder)
sets <- lapply(seq_len(trials) - 1, function(k) {
  file <- file.path(folder, paste0(k, ".csv"))
  system2(program, c("simulate", scenario, "--replicate", k, "-o", file), stderr = FALSE)
  long <- read.csv(file)
  base <- long[long$month == 0, c("participant", "outcome")]; names(base)[2] <- "base"
  d <- merge(long[long$month > 0, ], base)
  d <- d[!is.na(d$outcome), ]
  d$v <- factor(d$month, levels = c(12, 3, 6, 9)); d$t <- as.integer(factor(d$month)); d$arm <- factor(d$arm, levels = c("Control", "Treatment"))
  d$who <- factor(d$participant)
  list(file = file, data = d)
})
per_second <- function(fit) { start <- proc.time()[[3]]; answers <- vapply(sets, fit, numeric(1)); c(trials / (proc.time()[[3]] - start), list(answers)) }
peers <- list(
  "nlme::gls, unstructured" = function(s) coef(gls(outcome ~ v * arm + v * base, s$data, correlation = corSymm(form = ~ t | who), weights = varIdent(form = ~ 1 | t)))[["armTreatment"]],
  "lmerTest, random intercept" = function(s) { m <- lmerTest::lmer(outcome ~ v * arm + v * base + (1 | who), s$data); summary(m)$coefficients["armTreatment", "Estimate"] })
if (requireNamespace("mmrm", quietly = TRUE)) peers[["mmrm, Kenward-Roger"]] <- function(s)
  coef(mmrm::mmrm(outcome ~ v * arm + v * base + us(v | who), s$data, method = "Kenward-Roger"))[["armTreatment"]]
own <- function(df, n = 20000) fromJSON(system2(program, c("run", scenario, "--trials", n, "--threads", 1, "--quiet", "--format", "json",
  "--set", paste0("hypothesis.1.analysis.df=", df), "--set", "run.truth_participants=1000"), stdout = TRUE, stderr = FALSE))$trials_per_second
mine <- c("equipoise, Satterthwaite" = own("satterthwaite"), "equipoise, Kenward-Roger" = own("kenward_roger"))
cat(sprintf("%-30s %12s %10s\n", "", "trials/s", "ratio"))
for (name in names(mine)) cat(sprintf("%-30s %12.0f %10s\n", name, mine[[name]], "whole trial"))
for (name in names(peers)) { r <- per_second(peers[[name]]); cat(sprintf("%-30s %12.2f %10.0f\n", name, r[[1]], mine[["equipoise, Kenward-Roger"]] / r[[1]])) }
answers <- vapply(sets, function(s) fromJSON(system2(program, c("analyze", s$file, "--method mmrm --value outcome --arm arm --visit month --participant participant --baseline 0 --adjust 'baseline*visit' --df satterthwaite --compare Treatment,Control --at 12 --format json"), stdout = TRUE))$estimate, numeric(1))
cat(sprintf("largest difference of an estimate from nlme::gls: %.1e\n", max(abs(answers - per_second(peers[[1]])[[2]]))))
