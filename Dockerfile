# The tools and dump-queue in a small image: see docs/running.md.
FROM swift:6.3-bookworm AS build
WORKDIR /source
# What the build needs, apart from the sources, so that it is installed once.
COPY scripts/install-deps scripts/install-deps
COPY scripts/lib/venv.sh scripts/lib/venv.sh
RUN scripts/install-deps
# With .git, by which the tools know their commit.
COPY . .
RUN DESTDIR=/installed scripts/install

FROM debian:bookworm-slim
# No versions: the newest of this release are those with the mended holes.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libcurl4 libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed/usr/local/bin/ /usr/local/bin/
# Nobody in particular, and not root.
USER 65532:65532
WORKDIR /tmp
CMD ["dump-queue"]
