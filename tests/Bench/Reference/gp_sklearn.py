"""scikit-learn's Gaussian processes on the study's splits: square root of carbon, log10(1/R), mean of the undone square."""
import csv, sys, warnings
import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
warnings.filterwarnings("ignore")

rows = list(csv.DictReader(open(sys.argv[1])))
bands = [c for c in rows[0] if c[0] == "R" and c[1:].isdigit()]
X = -np.log10(np.array([[float(r[b]) for b in bands] for r in rows]))
y = np.array([float(r["tc"]) for r in rows])
splits = [np.array([int(i) for i in line.split()]) for line in open(sys.argv[2])]
noise = WhiteKernel(0.3, (1e-3, 10))


def process(kernel, *steps):
    return make_pipeline(StandardScaler(), *steps, GaussianProcessRegressor(
        ConstantKernel(1, (1e-3, 1e4)) * kernel + noise, normalize_y=True, n_restarts_optimizer=1, random_state=0))


models = {
    "RBF": lambda: process(RBF(3, (1e-2, 1e3))),
    "RBF, a length a band": lambda: process(RBF([3] * len(bands), (1e-1, 1e3))),
    "Matern 5/2": lambda: process(Matern(3, (1e-2, 1e3), nu=2.5)),
    "RBF on 6 principal components": lambda: process(RBF([3] * 6, (1e-1, 1e3)), PCA(6, whiten=True)),
}
for name, make in models.items():
    plain, mean = [], []
    for kept in splits:
        held = np.setdiff1d(np.arange(len(y)), kept)
        z, sd = make().fit(X[kept], np.sqrt(y[kept])).predict(X[held], return_std=True)
        plain.append(np.sqrt(np.mean((z ** 2 - y[held]) ** 2)))
        mean.append(np.sqrt(np.mean((z ** 2 + sd ** 2 - y[held]) ** 2)))
    print(f"scikit-learn-{sklearn.__version__} GP {name}: {np.mean(plain):.4f} (square), {np.mean(mean):.4f} (square + variance)", flush=True)
