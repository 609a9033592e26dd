#!/bin/bash
# Brings up the render worker on a fresh Amazon Linux 2023 instance.
# The caller exports above this line: ARTIFACT_URI (s3://…), ARTIFACT_SHA256, REGION,
# and has written the service's environment to /etc/render/env and what the log agent collects to
# /etc/render/logs.json.
set -euo pipefail

readonly SERVICE=render
readonly ACCOUNT=render-worker # Linux has a group named render
readonly LOG="/var/log/${SERVICE}/service.log"

# An instance that cannot start is of no use to anyone: switched off, its Auto Scaling group replaces it.
give_up() {
  trap - EXIT
  echo "boot of ${SERVICE} FAILED at line ${failed_at}; switching the instance off so that it is replaced" >&2
  journalctl --unit "${SERVICE}" --no-pager --lines 50 >&2 || true
  tail --lines 50 "${LOG}" >&2 || true
  sync
  sleep 20 # lets the console output and the logs, the only traces that stay, be collected
  systemctl poweroff
}
failed_at="unknown"
trap 'failed_at=${LINENO}' ERR
trap 'test $? -eq 0 || give_up' EXIT # also where an unset variable ends the script, which is no ERR

: "${ARTIFACT_URI:?}" "${ARTIFACT_SHA256:?}" "${REGION:?}"
test -s "/etc/${SERVICE}/env"
test -s "/etc/${SERVICE}/logs.json"

readonly PACKAGES=(python3.12 logrotate)
rpm --query "${PACKAGES[@]}" >/dev/null || dnf install --assumeyes --quiet "${PACKAGES[@]}"
id "${ACCOUNT}" >/dev/null 2>&1 || useradd --system --no-create-home --shell /sbin/nologin "${ACCOUNT}"

# The agent reads files and no journal. It starts first, so that even a boot that fails is told of elsewhere.
install -d -m 0750 "$(dirname "${LOG}")"
cat > "/etc/logrotate.d/${SERVICE}" <<ROTATION
${LOG} {
  size 100M
  rotate 2
  copytruncate
  missingok
}
ROTATION
install -d /etc/systemd/system/logrotate.timer.d
printf '[Timer]\nOnCalendar=\nOnCalendar=*:0/10\nAccuracySec=1m\nRandomizedDelaySec=0\n' \
  >/etc/systemd/system/logrotate.timer.d/often.conf
systemctl daemon-reload
systemctl enable logrotate.timer
systemctl restart logrotate.timer
ship_logs() {
  rpm --query amazon-cloudwatch-agent >/dev/null || dnf install --assumeyes --quiet amazon-cloudwatch-agent
  /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl \
    -a fetch-config -m ec2 -s -c "file:/etc/${SERVICE}/logs.json" >/dev/null
}
ship_logs || echo "the log agent does not start; ${SERVICE} does, since lost logs are better than lost servers" >&2

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
