# The two commands of the README, in a container:
#   docker build -t papi-analysis .
#   docker run --rm -v "$PWD/reports:/papi-analysis/reports" papi-analysis make report
#   docker run --rm papi-analysis make test
FROM python:3.12-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends make git chromium \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /papi-analysis
COPY . .
RUN make setup
CMD ["make", "report"]
