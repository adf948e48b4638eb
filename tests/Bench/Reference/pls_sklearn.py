"""scikit-learn on the bench's workload: one 25-component fit a fold, coefficients of every size from its rotations."""
import sys, time, warnings
import numpy as np
import sklearn
from sklearn.cross_decomposition import PLSRegression
warnings.filterwarnings("ignore")

rows, bands, components, folds = int(sys.argv[2]), int(sys.argv[3]), 25, 10
data = np.fromfile(sys.argv[1]).reshape(rows, bands + 1)
X, y = np.ascontiguousarray(data[:, :-1]), data[:, -1].copy()


def calibrate():
    press = np.zeros(components)
    for fold in range(folds):
        held = np.arange(rows) % folds == fold
        pls = PLSRegression(components, scale=False).fit(X[~held], y[~held])
        scores = (X[held] - X[~held].mean(0)) @ pls.x_rotations_
        path = y[~held].mean() + np.cumsum(scores * pls.y_loadings_.ravel(), axis=1)
        press += ((path - y[held][:, None]) ** 2).sum(0)
    PLSRegression(components, scale=False).fit(X, y)
    return np.sqrt(press / rows)[-1]


def best(work, rounds):
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times[1:]), result


seconds, rmsecv = best(calibrate, 5)
model = PLSRegression(19, scale=False).fit(X, y)
many = X[np.arange(100_000) % rows]
predict, _ = best(lambda: model.predict(many), 3)
print(f"scikit-learn-{sklearn.__version__} {seconds * 1e3} {rmsecv} {100_000 / predict}")
