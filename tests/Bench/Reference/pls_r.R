# R pls (SIMPLS) on the bench's workload: cross-validation over the ten interleaved folds.
suppressMessages(library(pls))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(arguments[2]); bands <- as.integer(arguments[3])
data <- matrix(readBin(arguments[1], "double", rows * (bands + 1)), nrow = rows, byrow = TRUE)
X <- data[, 1:bands]; y <- data[, bands + 1]
folds <- lapply(0:9, function(f) which((seq_len(rows) - 1) %% 10 == f))
times <- c()
for (round in 1:4) {
  start <- proc.time()[["elapsed"]]
  fit <- plsr(y ~ X, ncomp = 25, method = "simpls", validation = "CV", segments = folds)
  times <- c(times, proc.time()[["elapsed"]] - start)
}
cat("R-pls-simpls", min(times) * 1000, sqrt(fit$validation$PRESS[25] / rows), 0, "\n")
