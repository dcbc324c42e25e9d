# What a rented machine runs: the training worker with XGBoost for GPUs. Build it in the repository's root, push it, and name it by its digest:
#   docker build -f deploy/training.Dockerfile -t <registry>/perennial-training .
FROM node:20-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/perennial
COPY package.json package-lock.json .npmrc ./
RUN ONNXRUNTIME_NODE_INSTALL=skip npm ci
COPY trainers/requirements.lock trainers/requirements-gpu.lock trainers/
# The same pins but for XGBoost, whose wheel for GPUs brings CUDA with it, so that no CUDA base is needed; the driver is the machine's.
# A wheel without CUDA would train on the CPU at the price of a GPU: it must not get into the image.
RUN grep -v '^xgboost-cpu==' trainers/requirements.lock | cat - trainers/requirements-gpu.lock > /tmp/requirements.lock \
 && python3 -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/requirements.lock \
 && .venv/bin/python -c "import xgboost; assert xgboost.build_info()['USE_CUDA']" \
 && echo /opt/perennial/trainers > .venv/lib/python3.11/site-packages/perennial-trainers.pth
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev && test -f dist/workers/training.js

# Temporal is reached over TLS with the roots of the system.
FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /var/lib/perennial
COPY --from=build /opt/perennial /opt/perennial
WORKDIR /opt/perennial
USER node
ENV NODE_ENV=production PERENNIAL_PYTHON=/opt/perennial/.venv/bin/python PERENNIAL_STATE=/var/lib/perennial \
    PERENNIAL_NAME=training NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
CMD ["node", "dist/workers/training.js"]
