# What R's `survey` makes of designs.csv, written to survey.csv:
#   Rscript tests/metrics/estimates/survey.R
# A stratum is population:looked at:confirmed, a cluster numerator/denominator. Shares are parts of 1, ten decimals.
# `svy_low`, `svy_high`: svyciprop(method = "beta"), empty where it has none. `low`, `high`: the same quantiles at the
# effective size that docs/assessments.md describes (never above a simple random sample's; Kish's without variance).
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 15)
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
said <- function(x) ifelse(is.finite(x), sprintf("%.10f", x), "")
beta_ends <- function(p, n) {
  c(if (p <= 0) 0 else qbeta(.025, n * p, n * (1 - p) + 1), if (p >= 1) 1 else qbeta(.975, n * p + 1, n * (1 - p)))
}

stratified <- function(data) {
  parts <- do.call(rbind, lapply(strsplit(data, ";")[[1]], function(x) as.numeric(strsplit(x, ":")[[1]])))
  rows <- do.call(rbind, lapply(seq_len(nrow(parts)), function(h) {
    data.frame(stratum = h, N = parts[h, 1], y = rep(1:0, c(parts[h, 3], parts[h, 2] - parts[h, 3])))
  }))
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = rows)
  m <- svymean(~y, design)
  p <- as.numeric(coef(m)); v <- as.numeric(vcov(m)); n <- nrow(rows); df <- degf(design); whole <- sum(parts[, 1])
  if (abs(1 - p) < 1e-14) p <- 1
  svy <- if (v > 1e-18 && df > 0) attr(svyciprop(~y, design, method = "beta"), "ci") else c(NA, NA)
  kish <- sum(weights(design))^2 / sum(weights(design)^2)
  if (n == whole) {
    size <- NA; ends <- c(p, p)
  } else if (v <= 1e-18) {
    size <- kish; ends <- beta_ends(p, size)
  } else {
    size <- p * (1 - p) / v * (if (df > 0) (qt(.025, n - 1) / qt(.025, df))^2 else 1)
    size <- min(size, kish / (1 - n / whole)); ends <- beta_ends(p, size)
  }
  c(said(p), said(sqrt(v)), df, said(size), said(svy), said(ends))
}

ratio <- function(data, population) {
  parts <- do.call(rbind, lapply(strsplit(data, ";")[[1]], function(x) as.numeric(strsplit(x, "/")[[1]])))
  rows <- data.frame(cluster = seq_len(nrow(parts)), y = parts[, 1], x = parts[, 2])
  rows$M <- if (is.na(population)) Inf else population
  design <- if (is.na(population)) svydesign(ids = ~cluster, weights = ~1, data = rows) else
    svydesign(ids = ~cluster, fpc = ~M, data = rows)
  r <- svyratio(~y, ~x, design)
  ends <- as.numeric(confint(r, df = degf(design)))
  c(said(as.numeric(coef(r))), said(sqrt(as.numeric(vcov(r)))), degf(design), "", said(ends), said(ends))
}

hypergeometric <- function(data) {
  d <- as.numeric(strsplit(data, ":")[[1]]); N <- d[1]; n <- d[2]; x <- d[3]
  right <- 0:N; tail <- .025 + 1e-12  # a chance of exactly 2.5 % is not above it
  kept <- right[phyper(x - 1, right, N - right, n, lower.tail = FALSE) > tail & phyper(x, right, N - right, n) > tail]
  c(said(x / n), "", "", "", "", "", said(range(kept) / N))
}

designs <- read.csv(file.path(here, "designs.csv"), colClasses = "character")
made <- t(sapply(seq_len(nrow(designs)), function(i) {
  d <- designs[i, ]
  switch(d$kind,
    stratified = stratified(d$data),
    ratio = ratio(d$data, as.numeric(ifelse(d$population == "", NA, d$population))),
    hypergeometric = hypergeometric(d$data))
}))
colnames(made) <- c("estimate", "error", "freedom", "size", "svy_low", "svy_high", "low", "high")
versions <- sprintf("R %s.%s; survey %s", R.version$major, R.version$minor, packageVersion("survey"))
write.csv(cbind(designs["name"], made, made_by = versions), file.path(here, "survey.csv"), row.names = FALSE, quote = 1)
