# The controller and the command line in one image: docker build -t tagboat:0.1.0 .
# The version of Node is the one that the tests run on (package.json); Debian's git has its security fixes.

FROM node:24.20.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24.20.0-bookworm-slim
# gpg and ssh-keygen sign commits, tini passes signals on and buries what git leaves behind. npm is not needed any more.
# ssh does not run as somebody without a name.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git gpg gpg-agent openssh-client tini \
  && rm -rf /var/lib/apt/lists/* /opt/yarn* \
    /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && groupadd --gid 65532 tagboat \
  && useradd --uid 65532 --gid 65532 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin tagboat \
  && install -d -m 0755 -o 65532 -g 65532 /cache \
  && ln -s /app/src/main.ts /usr/local/bin/tagboat

# The root file system may be read-only; /cache and /tmp are what is written to.
ENV NODE_ENV=production \
  LANG=C.UTF-8 \
  HOME=/tmp \
  TMPDIR=/tmp \
  XDG_CACHE_HOME=/cache \
  NODE_COMPILE_CACHE=/cache/node

WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY deploy/crds deploy/crds
COPY policies policies
COPY src src

USER 65532:65532
EXPOSE 8080 9292 9440
# The second flag keeps a regular expression that backtracks without end from standing in the way of all else.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--disable-proto=throw", "--enable-experimental-regexp-engine-on-excessive-backtracks", "/app/src/main.ts"]
CMD ["--help"]
