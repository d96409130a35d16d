# The sidecar: `npm run image` puts the built files into image/, and this copies them. Nothing runs while it is built.
FROM node:24-bookworm-slim
COPY image/ /mayfly/
WORKDIR /mayfly
# The metadata service where an instance has it; containers may bind port 80 without root (net.ipv4.ip_unprivileged_port_start=0).
# The control API stays on the container's loopback: `docker exec … node bin/mayfly.js advance 7h` reaches it.
ENV MAYFLY_IMDS=0.0.0.0:80 MAYFLY_AWS=0.0.0.0:4566
USER 1000:1000
EXPOSE 80 4566
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --retries=3 CMD ["node", "bin/mayfly.js", "ready"]
# Node is PID 1 and handles SIGTERM itself.
ENTRYPOINT ["node", "bin/mayfly.js"]
CMD ["up"]
