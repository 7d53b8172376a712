import { imageAgent } from "../../facts/machines/agents";
import * as check from "../../internal/arguments/check";
import type { ComponentAlerts } from "../../monitoring/alerts/componentAlerts";
import type { MachineImage } from "./image";

/** How an image gets an agent. */
export const agentOf = ({ project = "", family, name = family }: MachineImage) =>
    imageAgent(project, name as string)?.by;

/** Without an agent, nothing measures memory and disks. */
export function agentProblems({ agent }: { agent?: boolean }, { image }: { image?: MachineImage }): check.Problem[] {
    const { project = "the environment", family, name = family } = image ?? {};
    if (!agent || !image || agentOf(image) !== undefined) {
        return [];
    }
    const reason = `must be one on which this release starts an agent (got "${name}" of ${project}). Take one of debian-cloud, ubuntu-os-cloud, rocky-linux-cloud or cos-cloud, or remove agent and install the agent in the image or the startup script.`;
    return [check.problem("image", "compute/agent-of-image", reason)];
}

/** Signals of the agent that `alerts` changes, without one. */
export function signalProblems(alerts: ComponentAlerts | undefined, agent: boolean | undefined): check.Problem[] {
    if (alerts === undefined || "channels" in alerts || agent) {
        return [];
    }
    return (["memory", "disk"] as const).flatMap((signal) =>
        alerts[signal]
            ? [
                  check.problem(
                      `alerts.${signal}`,
                      "compute/alert-without-agent",
                      "needs an agent that measures it. Set agent: true.",
                  ),
              ]
            : [],
    );
}

/** Roles on the project of a machine's own account, and of another account with `agent`: agents write logs and metrics. */
export const agentRoles = ["roles/logging.logWriter", "roles/monitoring.metricWriter"];

/** Google's script that adds the repository of the Ops Agent and installs it. */
const agentInstaller = "https://dl.google.com/cloudagents/add-google-cloud-ops-agent-repo.sh";

/**
 * Shell commands that install the Ops Agent unless it is there. At the first start, other processes of the system can hold the locks of the
 * package manager, so that it tries again. Without the agent, the startup script still runs; the error is in the output of the serial port
 * and, by the guest agent, in Cloud Logging.
 * https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent/installation and
 * https://github.com/GoogleCloudPlatform/ops-agent/pull/2402
 */
export const installAgent = `install_agent() {
  if systemctl is-enabled --quiet google-cloud-ops-agent 2> /dev/null; then
    return 0
  fi
  if [ ! -d /run/systemd/system ]; then
    echo "The Ops Agent needs systemd." >&2
    return 1
  fi
  local installer wait
  installer=$(mktemp /run/install-agent.XXXXXX) || return 1
  for wait in 10 20 40 60 0; do
    if curl -sSf --max-time 60 --retry 3 --retry-connrefused -o "$installer" ${agentInstaller} &&
      DEBIAN_FRONTEND=noninteractive timeout 600 bash "$installer" --also-install < /dev/null; then
      rm -f "$installer"
      return 0
    fi
    sleep "$wait"
  done
  rm -f "$installer"
  return 1
}
install_agent || echo "ERROR: The Ops Agent could not be installed: memory and disks are not measured. The next start of the machine tries again." >&2`;
