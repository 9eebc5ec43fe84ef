#!/bin/sh
# serve.sh FOLDER PYTHON: the inference image's own entry point, in a mount namespace of its own:
# FOLDER/ml is /opt/ml, and what the toolkit writes into /etc stays in FOLDER.
set -e
folder=$1 python=$2
mkdir -p "$folder/etc" "$folder/work" /opt/ml
mount -t tmpfs tmpfs "$folder/work"
mkdir "$folder/work/upper" "$folder/work/own"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$folder/work/upper,workdir=$folder/work/own" /etc
mount --bind "$folder/ml" /opt/ml
cd "$folder"
exec "$python" -c 'from sagemaker_pytorch_serving_container import serving; serving.main()'
