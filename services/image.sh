#!/bin/bash
# What every server needs beyond Amazon Linux 2023, slow to get and seldom changed. An image is baked with all steps;
# a boot runs the same steps, of which a baked image leaves nothing to do.
# The caller exports SERVICE, ACCOUNT and REGION, and names the steps.
set -euo pipefail

: "${SERVICE:?}" "${ACCOUNT:?}" "${REGION:?}"
readonly LOG="/var/log/${SERVICE}/service.log"
readonly BUNDLE="/etc/${SERVICE}/rds.pem"

install_missing() {
  rpm --query "$@" >/dev/null || dnf install --assumeyes --quiet "$@"
}

to_serve() {
  install_missing python3.12
  id "${ACCOUNT}" >/dev/null 2>&1 || useradd --system --no-create-home --shell /sbin/nologin "${ACCOUNT}"
}

# The database's proxy shows a public certificate, the cluster one of RDS.
certificates() {
  install -d -m 0755 "/etc/${SERVICE}"
  test -s "${BUNDLE}" ||
    curl --silent --show-error --fail --proto '=https' --retry 5 --max-time 10 --remove-on-error --output "${BUNDLE}" \
      "https://truststore.pki.rds.amazonaws.com/${REGION}/${REGION}-bundle.pem"
}

to_log() {
  install_missing logrotate amazon-cloudwatch-agent
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
}

check() {
  rpm --query python3.12 logrotate amazon-cloudwatch-agent
  id "${ACCOUNT}"
  test -s "${BUNDLE}"
}

for step in "$@"; do
  "${step}"
done
