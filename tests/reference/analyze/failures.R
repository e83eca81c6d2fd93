# Data that do not allow an answer, with the reason checked in R. Writes failures.csv and failing.csv:  Rscript failures.R
suppressMessages(library(nlme))
source("trials.R")
cases <- new_cases()

set.seed(59)
n <- 30
d <- data.frame(id = 1:n, arm = c(rep(c("a", "b"), c(15, 14)), "c"), x = round(rnorm(n), 2))
d$twice <- 2 * d$x + 1
d$above <- as.integer(d$x > 0.1)                                                     # parted by x
d$treated <- as.integer(d$arm == "b" | d$x > 0.4)                                    # all of arm b
d$everybody <- 1
d$noise <- round(rnorm(n), 3)
d$coin <- rbinom(n, 1, 0.5)
d$group <- ifelse(d$arm == "b", (d$id - 1) %% 5, NA)
d$own_site <- paste0("s", ifelse(d$arm == "a", 1, 2))                                # a site is an arm
write(d, "failing.csv")

two <- d[d$arm != "c", ]
separated <- function(formula) {
  m <- suppressWarnings(glm(formula, binomial, two, control = glm.control(maxit = 60, epsilon = 1e-20)))
  stopifnot(max(abs(m$linear.predictors)) > 20)  # no maximum: it still grows
}
deficient <- function(formula, data = two) {
  X <- model.matrix(formula, data)
  stopifnot(qr(X)$rank < ncol(X))
}
fails <- function(status, arguments, data = "failing.csv") {
  cases$add(data, paste(arguments, "--participant id --arm arm"), list(status = status))
}

separated(above ~ arm + x)
fails("separated", "--method logistic --value above --adjust x --compare b,a")
fails("separated", "--method logistic --value above --adjust x --compare b,a --measure odds_ratio --statistic likelihood_ratio")
fails("separated", "--method gee --clusters therapy_groups --cluster group --value above --adjust x --arms compared --compare b,a")
separated(treated ~ arm)
fails("separated", "--method logistic --value treated --compare b,a")
fails("separated", "--method gee --clusters therapy_groups --cluster group --value treated --arms compared --compare b,a")
separated(everybody ~ arm)
fails("separated", "--method logistic --value everybody --compare b,a")
# Nobody differs, and yet it is an answer: engine/methods/proportions.md.
cases$add("failing.csv", "--method proportions --value everybody --compare b,a --participant id --arm arm",
          list(estimate = 0, se = 1, statistic = 0, p = 1)[c("statistic", "p")])

deficient(~ arm + x + twice)
fails("singular", "--method logistic --value coin --adjust x,twice --compare b,a")
fails("singular", "--method ancova --value noise --adjust x,twice --compare b,a")
fails("singular", "--method mixed --df kenward_roger --cluster group --value noise --adjust x,twice --arms compared --compare b,a")
deficient(~ arm + own_site)
fails("singular", "--method logistic --value coin --adjust own_site --compare b,a")
fails("singular", "--method ancova --value noise --adjust own_site --compare b,a")
fails("singular", "--method mixed --df kenward_roger --cluster group --value noise --adjust own_site --arms compared --compare b,a")
fails("singular", "--method gee --clusters therapy_groups --cluster group --value noise --adjust own_site --arms compared --compare b,a")
fails("too_few", "--method rank_sum --value noise --adjust own_site --compare b,a")  # no site compares
# Nothing varies.
fails("singular", "--method rank_sum --value everybody --compare b,a")
fails("singular", "--method mean_difference --value everybody --compare b,a")
fails("singular", "--method ancova --value everybody --compare b,a")
fails("singular", "--method mixed --df kenward_roger --cluster group --value everybody --compare b,a")
fails("singular", "--method gee --correlation exchangeable --link identity --clusters therapy_groups --cluster group --value everybody --compare b,a")
# One person of arm c.
stopifnot(sum(d$arm == "c") == 1)
for (method in c("logistic --value coin", "proportions --value coin", "rank_sum --value noise", "mean_difference --value noise",
                 "ancova --value noise --adjust x", "mixed --df satterthwaite --cluster group --value noise",
                 "gee --clusters therapy_groups --cluster group --value noise")) {
  fails("too_few", paste("--method", method, "--compare c,a"))
}

# Over visits: visit 3 of rare.csv was attended by two people of an arm, whose baselines leave nothing of a variance;
# nobody of arm b came to visit 4 of gone.csv, and nobody at all to visit 5.
rare <- na.omit(read.csv("rare.csv"))
third <- rare[rare$visit == 3, ]
stopifnot(nrow(third) - qr(model.matrix(~ arm * base, third))$rank < 1)
over_visits <- "--value y --visit visit --compare b,a"
fails("singular", paste("--method mmrm --df kenward_roger", over_visits, "--covariance unstructured --adjust base*visit --at 4"), "rare.csv")
set.seed(61)
gone <- simulate(24, 4, 2, loss = 0, sites = 2)
gone$y[gone$visit == 4 & gone$arm == "b"] <- NA
write(gone, "gone.csv")
for (method in c("mmrm --df kenward_roger --covariance ar1", "gee")) {
  fails("singular", paste("--method", method, over_visits, "--at 4"), "gone.csv")
}
deficient(~ factor(visit) * arm, na.omit(gone))
# As many covariance parameters as there are people, and more visits than people.
few <- simulate(6, 8, 2, loss = 0, sites = 2)
write(few, "few_people.csv")
fails("singular", paste("--method mmrm --df kenward_roger", over_visits, "--covariance unstructured --at 8"), "few_people.csv")
fails("too_few", paste("--method gee", over_visits, "--at 8"), "few_people.csv")  # 6 people, 16 coefficients
cases$save("failures")
