# R resemble's memory-based learning on the study's splits; neighbours chosen by its own nearest-neighbour validation.
suppressMessages(library(resemble))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
X <- as.matrix(data[, grep("^A[12][0-9]{3}$", names(data))]); y <- data$Ciso
weights <- (-5:5) / 110
X <- t(apply(X, 1, function(r) rowSums(embed(r, 11) %*% diag(rev(weights)))))
X <- t(apply(X, 1, function(r) (r - mean(r)) / sd(r))); colnames(X) <- paste0("v", seq_len(ncol(X)))
splits <- lapply(strsplit(readLines(arguments[2]), " "), function(s) as.integer(s) + 1)
sizes <- c(40, 60, 80, 100, 120, 150, 200)
ways <- list(
  "PLS distance, weighted-average PLS 3-20" = list(diss_pls(ncomp = ncomp_by_opc(40)), "none", fit_wapls(3, 20)),
  "PCA distance, Gaussian process, distances as predictors" = list(diss_pca(ncomp = ncomp_by_opc(40)), "predictors", fit_gpr()))
for (name in names(ways)) {
  way <- ways[[name]]; chosen <- c(); best <- c()
  for (kept in splits) {
    held <- setdiff(seq_along(y), kept)
    learnt <- mbl(Xr = X[kept, ], Yr = y[kept], Xu = X[held, ], neighbors = neighbors_k(sizes), diss_method = way[[1]], diss_usage = way[[2]],
                  fit_method = way[[3]], control = mbl_control(validation_type = "NNv", allow_parallel = FALSE), verbose = FALSE)
    errors <- colMeans((as.matrix(get_predictions(learnt)) - y[held])^2)
    chosen <- c(chosen, errors[which.min(learnt$validation_results$nearest_neighbor_validation$rmse)])
    best <- rbind(best, errors)
  }
  cat(sprintf("resemble-%s %s: %.4f (its own choice of neighbours), %.4f (the best fixed number, seen afterwards)\n",
              packageVersion("resemble"), name, sqrt(mean(chosen)), min(sqrt(colMeans(best)))))
}
