# Writes estimators_r.csv: what R says about the three invented data sets. Run in this folder: Rscript estimators.R
suppressMessages({library(survival); library(MASS); library(ordinal); library(sandwich); library(brglm2)
  library(geepack); library(AER); library(Zelig)})
d <- read.csv("estimators_dyad_years.csv"); s <- read.csv("estimators_spells.csv")
out <- NULL
put <- function(case, program, coef, V, loglik = NULL, extra = NULL) {
  se <- sqrt(diag(as.matrix(V)))
  rows <- rbind(data.frame(name = names(coef), quantity = "coef", value = unname(coef)),
                data.frame(name = names(coef), quantity = "se", value = unname(se)))
  if (!is.null(loglik)) rows <- rbind(rows, data.frame(name = "", quantity = "loglik", value = as.numeric(loglik)))
  if (!is.null(extra)) rows <- rbind(rows, data.frame(name = names(extra), quantity = "extra", value = unname(extra)))
  rows$name <- sub("\\(Intercept\\)", "constant", rows$name)
  out <<- rbind(out, cbind(case = case, program = program, rows))
}
R <- paste0("R ", getRversion()); at <- function(p) paste0(R, ", ", p, " ", packageVersion(p))
tight <- glm.control(epsilon = 1e-15, maxit = 100)

m <- lm(y ~ x1 + x2, d)
put("linear classical", R, coef(m), vcov(m)); put("linear robust", at("sandwich"), coef(m), vcovHC(m, "HC1"))
put("linear cluster", at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1"))
put("linear two_way", at("sandwich"), coef(m), vcovCL(m, ~ dyad + year, data = d, type = "HC0", cadjust = FALSE))
m <- lm(yb ~ x1 + x2, d)
put("linear_probability classical", R, coef(m), vcov(m))
put("linear_probability robust", at("sandwich"), coef(m), vcovHC(m, "HC1"))
put("linear_probability cluster", at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1"))
put("linear_probability two_way", at("sandwich"), coef(m), vcovCL(m, ~ dyad + year, data = d, type = "HC0", cadjust = FALSE))
m <- lm(y ~ x1 + x2, d, weights = w)
put("linear weighted cluster", at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1"))
m <- lm(y ~ x1 + x2 + factor(dyad) + factor(year), d)
put("linear effects classical", R, coef(m)[2:3], vcov(m)[2:3, 2:3])
m <- lm(y ~ x1 + x2 + factor(leader) + factor(year) + factor(a), d)
k <- c("x1", "x2"); put("linear three effects classical", R, coef(m)[k], vcov(m)[k, k])

generalised <- function(label, f, family) {
  m <- glm(f, family, d, control = tight)
  n <- nrow(d); k <- length(coef(m))
  put(paste(label, "classical"), R, coef(m), vcov(m), logLik(m))
  put(paste(label, "robust"), at("sandwich"), coef(m), sandwich(m) * n / (n - k))
  put(paste(label, "cluster"), at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1"))
  put(paste(label, "two_way"), at("sandwich"), coef(m), vcovCL(m, ~ dyad + year, data = d, type = "HC0", cadjust = FALSE))
}
generalised("logit", yb ~ x1 + x2, binomial); generalised("poisson", yc ~ x1 + x2, poisson)
m <- glm(yb ~ x1 + x2, quasibinomial, d, weights = w, control = tight)
put("logit weighted cluster", at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1"))
m <- glm(yc ~ x1 + x2 + factor(dyad) + factor(year), poisson, d, control = tight)
put("poisson effects classical", R, coef(m)[k], vcov(m)[k, k], logLik(m))
v <- d[ave(d$yb, d$dyad, FUN = function(y) var(y)) > 0, ]
m <- glm(yb ~ x1 + x2 + factor(dyad), binomial, v, control = tight)
put("effects_logit classical", R, coef(m)[k], vcov(m)[k, k], logLik(m))
n <- nrow(v); g <- length(unique(v$dyad)); one <- (n - 1) / (n - 3) * g / (g - 1)  # K: two slopes and the constant
put("effects_logit robust", at("sandwich"), coef(m)[k], sandwich(m)[k, k] * n / (n - 2 - g))
put("effects_logit cluster", at("sandwich"), coef(m)[k], vcovCL(m, v$dyad, type = "HC0", cadjust = FALSE)[k, k] * one)
V <- vcovCL(m, ~ dyad + year, data = v, type = "HC0", cadjust = FALSE)[k, k]
put("effects_logit two_way", at("sandwich"), coef(m)[k], V * (n - 1) / (n - 3) * 12 / 11)
m <- glm(yb ~ x1 + x2 + factor(dyad) + factor(year), binomial, v, control = tight)
put("effects_logit two sets classical", R, coef(m)[k], vcov(m)[k, k], logLik(m))
V <- vcovCL(m, v$dyad, type = "HC0", cadjust = FALSE)[k, k]
put("effects_logit two sets cluster", at("sandwich"), coef(m)[k], V * (n - 1) / (n - 2 - 12) * g / (g - 1))

m <- clogit(yb ~ x1 + x2 + strata(dyad), d, method = "exact", control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
put("conditional_logit classical", at("survival"), coef(m), vcov(m), m$loglik[2])
two <- d[d$year %in% c(1995, 1996), ]
two <- two[ave(two$year, two$dyad, FUN = length) == 2, ]
e <- two[two$year == 1995, ]; l <- two[two$year == 1996, ]
g <- data.frame(up = (l$yb > e$yb) + 0, x1 = l$x1 - e$x1, x2 = l$x2 - e$x2, a = e$a, b = e$b)[l$yb != e$yb, ]
m <- glm(up ~ 0 + x1 + x2, binomial, g, control = tight)
put("conditional_logit differences classical", R, coef(m), vcov(m), logLik(m))
put("conditional_logit differences robust", at("sandwich"), coef(m), sandwich(m))
V <- vcovCL(m, ~ a + b, data = g, type = "HC0", cadjust = FALSE)
put("conditional_logit differences two_way", at("sandwich"), coef(m), V)
put("conditional_logit differences cluster", at("sandwich"), coef(m), vcovCL(m, g$a, type = "HC0", cadjust = TRUE))

m <- clm(factor(yo) ~ x1 + x2, data = d, control = clm.control(gradTol = 1e-12, maxIter = 200))
b <- c(m$beta, m$alpha); V <- vcov(m)[c(4, 5, 1:3), c(4, 5, 1:3)]
names(b) <- c("x1", "x2", paste("cut", names(m$alpha)))
put("ordered_logit classical", at("ordinal"), b, V, logLik(m))
p <- polr(factor(yo) ~ x1 + x2, d, Hess = TRUE, start = unname(b), control = list(reltol = 1e-16, maxit = 500))
b2 <- c(p$coefficients, p$zeta); names(b2) <- names(b)
put("ordered_logit classical", at("MASS"), b2, matrix(NA, 5, 5), logLik(p))
put("ordered_logit robust", at("sandwich"), b, vcovCL(p, seq_len(nrow(d)), type = "HC0", cadjust = FALSE))
put("ordered_logit cluster", at("sandwich"), b, vcovCL(p, d$dyad, type = "HC0", cadjust = TRUE))
put("ordered_logit two_way", at("sandwich"), b, vcovCL(p, ~ dyad + year, data = d, type = "HC0", cadjust = FALSE))

exact <- brglmControl(epsilon = 1e-14, maxit = 1000)
m <- glm(rare ~ x1 + x2, binomial, d, method = "brglmFit", type = "MPL_Jeffreys", control = exact)
put("firth_logit classical", at("brglm2"), coef(m), vcov(m))
z <- from_zelig_model(zelig(rare ~ x1 + x2, model = "relogit", data = d, cite = FALSE))  # its errors lack (n / (n + k))^2
put("rare_events_logit classical", at("Zelig"), coef(z), matrix(NA, 3, 3))
m <- glm(rare ~ x1 + x2, binomial, d, control = tight); f <- (nrow(d) / (nrow(d) + 3))^2
put("rare_events_logit classical", paste(R, "times (n / (n + k))^2"), coef(m), vcov(m) * f)
put("rare_events_logit robust", at("sandwich"), coef(m), sandwich(m) * f * nrow(d) / (nrow(d) - 3))
put("rare_events_logit cluster", at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1") * f)
out <- out[!(grepl("^rare_events_logit", out$case) & grepl("times|sandwich", out$program) & out$quantity == "coef"), ]

gees <- list(c("linear", "y", "gaussian"), c("logit", "yb", "binomial"), c("poisson", "yc", "poisson"))
for (f in gees) for (r in c("independence", "exchangeable", "ar1")) {
  m <- geeglm(as.formula(paste(f[2], "~ x1 + x2")), family = f[3], data = d, id = dyad, waves = year, corstr = r,
              control = geese.control(epsilon = 1e-12, maxit = 500))
  a <- summary(m)$corr
  put(paste("gee", f[1], r, "cluster"), at("geepack"), coef(m), vcov(m),
      extra = if (nrow(a)) c(correlation = a$Estimate[1]) else NULL)
  put(paste("gee", f[1], r, "classical"), at("geepack"), coef(m), m$geese$vbeta.naiv)
}

cc <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 60)
for (t in c("efron", "breslow")) {
  m <- coxph(Surv(entry, exit, event) ~ x1 + x2, s, ties = t, control = cc)
  put(paste("cox", t, "classical"), at("survival"), coef(m), vcov(m), m$loglik[2])
  m <- coxph(Surv(entry, exit, event) ~ x1 + x2 + strata(stratum), s, ties = t, control = cc)
  put(paste("cox strata", t, "classical"), at("survival"), coef(m), vcov(m), m$loglik[2])
  m <- coxph(Surv(entry, exit, event) ~ x1 + x2 + strata(stratum), s, ties = t, control = cc, cluster = seq_len(nrow(s)))
  put(paste("cox strata", t, "robust"), at("survival"), coef(m), vcov(m))
  m <- coxph(Surv(entry, exit, event) ~ x1 + x2 + strata(stratum), s, ties = t, control = cc, cluster = cluster)
  put(paste("cox strata", t, "cluster"), at("survival"), coef(m), vcov(m))
}
long <- do.call(rbind, lapply(seq_len(nrow(s)), function(i) {
  p <- (s$entry[i] + 1):s$exit[i]
  data.frame(period = p, y = as.integer(p == s$exit[i] & s$event[i] == 1), x1 = s$x1[i], x2 = s$x2[i], cluster = s$cluster[i])
}))
long <- long[ave(long$y, long$period) > 0, ]
for (l in c("logit", "cloglog")) {
  m <- glm(y ~ 0 + x1 + x2 + factor(period), binomial(l), long, control = tight)
  b <- coef(m); names(b) <- sub("factor\\(period\\)", "period ", names(b))
  put(paste("discrete_hazard", l, "classical"), R, b, vcov(m), logLik(m))
  if (l == "logit") {
    put("discrete_hazard logit cluster", at("sandwich"), b, vcovCL(m, long$cluster, type = "HC0", cadjust = TRUE))
    put("discrete_hazard logit robust", at("sandwich"), b, sandwich(m))
  }
}

m <- ivreg(y ~ d + x1 + x2 | z1 + z2 + x1 + x2, data = d)
put("iv classical", at("AER"), coef(m), vcov(m))
put("iv robust", at("sandwich"), coef(m), vcovCL(m, seq_len(nrow(d)), type = "HC1", cadjust = FALSE) * (nrow(d) / (nrow(d) - 1)))
put("iv cluster", at("sandwich"), coef(m), vcovCL(m, d$dyad, type = "HC1"))
put("iv two_way", at("sandwich"), coef(m), vcovCL(m, ~ dyad + year, data = d, type = "HC0", cadjust = FALSE))
out$value <- format(out$value, digits = 15, scientific = FALSE, trim = TRUE)
write.csv(out[out$value != "NA", ], "estimators_r.csv", row.names = FALSE, quote = TRUE)
