#!/bin/bash
# Brings up the render worker on a fresh Amazon Linux 2023 instance.
# The caller exports above this line: ARTIFACT_URI (s3://…), ARTIFACT_SHA256, REGION,
# and has written to /etc/render the service's environment (env), what the log agent collects (logs.json), and
# services/image.sh.
set -euo pipefail

readonly SERVICE=render
readonly ACCOUNT=render-worker # Linux has a group named render
readonly LOG="/var/log/${SERVICE}/service.log"
readonly AGENT=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl

# An instance that cannot start is of no use to anyone: switched off, its Auto Scaling group replaces it.
give_up() {
  trap - EXIT
  echo "boot of ${SERVICE} FAILED at line ${failed_at}; switching the instance off so that it is replaced" >&2
  journalctl --unit "${SERVICE}" --no-pager --lines 50 >&2 || true
  tail --lines 50 "${LOG}" >&2 || true
  ship_logs
  sync
  sleep 20 # lets the console output and the logs, the only traces that stay, be collected
  systemctl poweroff
}

# What image.sh does slowly is done already where the image was baked.
prepare() {
  timeout 180 env SERVICE="${SERVICE}" ACCOUNT="${ACCOUNT}" REGION="${REGION-}" bash "/etc/${SERVICE}/image.sh" "$@"
}

# The agent reads files and no journal. It starts last, so that it delays nothing, and where a boot fails, which must
# be told of elsewhere.
ship_logs() {
  { prepare to_log && "${AGENT}" -a fetch-config -m ec2 -s -c "file:/etc/${SERVICE}/logs.json" >/dev/null; } ||
    echo "the log agent does not start; ${SERVICE} does, since lost logs are better than lost servers" >&2
}

failed_at="unknown"
trap 'failed_at=${LINENO}' ERR
trap 'test $? -eq 0 || give_up' EXIT # also where an unset variable ends the script, which is no ERR

: "${ARTIFACT_URI:?}" "${ARTIFACT_SHA256:?}" "${REGION:?}"
test -s "/etc/${SERVICE}/env"
test -s "/etc/${SERVICE}/logs.json"
test -s "/etc/${SERVICE}/image.sh"

prepare to_serve
install -d -m 0750 "$(dirname "${LOG}")"

release="/opt/${SERVICE}/${ARTIFACT_SHA256}"
download="$(mktemp)"
for attempt in 1 2 3 4 5; do
  if aws s3 cp --region "${REGION}" --only-show-errors "${ARTIFACT_URI}" "${download}"; then break; fi
  test "${attempt}" -lt 5
  sleep $((attempt * 3))
done
echo "${ARTIFACT_SHA256}  ${download}" | sha256sum --check --quiet
rm -rf "${release}"
mkdir -p "${release}"
python3.12 -m zipfile -e "${download}" "${release}"
rm -f "${download}"
python3.12 -m compileall -q "${release}/services" "${release}/handlers" "${release}/vendor"
chmod -R u=rwX,go=rX "/opt/${SERVICE}"
ln -sfn "${release}" "/opt/${SERVICE}/current"
chown "root:${ACCOUNT}" "/etc/${SERVICE}/env"
chmod 0640 "/etc/${SERVICE}/env"

install -m 0644 "${release}/services/${SERVICE}/${SERVICE}.service" "/etc/systemd/system/${SERVICE}.service"
systemctl daemon-reload
systemctl enable --now "${SERVICE}"

# It serves nobody who could be asked: it is well if it still runs after it has read its environment and the queue.
sleep 10
systemctl is-active --quiet "${SERVICE}"
test "$(systemctl show --property NRestarts --value "${SERVICE}")" -eq 0
echo "${SERVICE} ${ARTIFACT_SHA256} works"
ship_logs
