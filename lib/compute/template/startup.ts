import * as pulumi from "@pulumi/pulumi";
import { type Attached, ofKind, type SecretVariable } from "../../iam/capability";
import { hashOf } from "../../internal/names";
import type { ResolvedTemplate } from "./resolveArgs";

/** The environment variables of a startup script or a container. */
export interface Variables {
    plain: Record<string, pulumi.Input<string>>;
    secrets: Attached<SecretVariable>[];
}

/** A text in single quotes for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * A shell function that prints the value of a secret version, which it reads from Secret Manager as the machine's service account. The
 * value is on the disk at no time.
 * https://cloud.google.com/secret-manager/docs/access-secret-version and
 * https://cloud.google.com/compute/docs/access/authenticate-workloads
 */
const readSecret = `read_secret() {
  metadata=http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token
  token=$(curl -sSf --retry 5 -H 'Metadata-Flavor: Google' "$metadata" | sed -n 's/.*"access_token": *"\\([^"]*\\)".*/\\1/p')
  curl -sSf --retry 5 --retry-connrefused -H "Authorization: Bearer $token" "https://secretmanager.googleapis.com/v1/$1:access" |
    sed -n 's/.*"data": *"\\([^"]*\\)".*/\\1/p' | base64 -d
}`;

/** Shell commands that set and export the variables. */
function exportsOf({ plain, secrets }: Variables): pulumi.Output<string> {
    const references = secrets.map(({ variable, attachment }) => ({
        variable,
        version: pulumi.interpolate`${attachment.secret}/versions/${attachment.version}`,
    }));
    return pulumi.all([pulumi.output(plain), pulumi.output(references)]).apply(([values, versions]) => {
        const assigned = Object.entries(values).map(([name, value]) => `export ${name}=${quoted(value)}`);
        // In two commands, as the status of an export is not that of the function.
        const read = versions.flatMap(({ variable, version }) => [
            `${variable}=$(read_secret ${quoted(version)})`,
            `export ${variable}`,
        ]);
        return [...assigned, ...(read.length > 0 ? [readSecret, ...read] : [])].join("\n");
    });
}

/** Google's script that adds the repository of the Ops Agent and installs it. */
const agentInstaller = "https://dl.google.com/cloudagents/add-google-cloud-ops-agent-repo.sh";

/**
 * Shell commands that install the Ops Agent unless it is there. At the first start, other processes of the system can hold the locks of the
 * package manager, so that it tries again. Without the agent, the startup script still runs; the error is in the output of the serial port
 * and, by the guest agent, in Cloud Logging.
 * https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent/installation and
 * https://github.com/GoogleCloudPlatform/ops-agent/pull/2402
 */
const installAgent = `install_agent() {
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

const shebang = /^#!\s*(\S.*)$/;

/**
 * The startup script: the agent, the variables, then the user's script with its interpreter.
 * https://cloud.google.com/compute/docs/instances/startup-scripts/linux
 *
 * @param script undefined if there is only an agent to install
 */
export function startupScript(
    script: string | undefined,
    variables: Variables,
    hasAgent = false,
): pulumi.Output<string> {
    const start = ["#!/bin/bash", "set -euo pipefail", ...(hasAgent ? [installAgent] : [])];
    if (script === undefined) {
        return pulumi.output([...start, ""].join("\n"));
    }
    if (!hasAgent && Object.keys(variables.plain).length === 0 && variables.secrets.length === 0) {
        return pulumi.output(script);
    }
    const interpreter = shebang.exec(script.split("\n", 1)[0] ?? "")?.[1]?.trim() ?? "/bin/bash";
    const end = `END_OF_SCRIPT_${hashOf(script, 8)}`;
    return exportsOf(variables).apply((exports) =>
        [
            ...start,
            ...(exports === "" ? [] : [exports]),
            "file=$(mktemp /run/startup-script.XXXXXX)",
            `cat > "$file" <<'${end}'`,
            script.replace(/\n$/, ""),
            end,
            `exec ${interpreter} "$file"`,
            "",
        ].join("\n"),
    );
}

const indent = (text: string, spaces: number) => text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));

/** The host of an image in Artifact Registry, whose credentials Docker needs. */
const registryOf = (reference: string) => /^([a-z0-9-]+-docker\.pkg\.dev)\//.exec(reference)?.[1];

/**
 * The configuration of cloud-init on Container-Optimized OS. It defines a service of systemd that runs the container, with the network of
 * the machine.
 *
 * Container-Optimized OS writes the files and runs the commands at each start, as `/etc` is empty again after a reboot:
 * https://github.com/containerd/containerd/pull/7173. Root's home folder is read-only, so that the credentials of Docker need another folder:
 * https://github.com/google/fuzzbench/pull/856. `/var` is mounted with noexec, so that the shell reads the script.
 * https://cloud.google.com/container-optimized-os/docs/how-to/create-configure-instance
 */
export function cloudConfig(
    reference: pulumi.Input<string>,
    { container, gpu }: Pick<ResolvedTemplate, "container" | "gpu">,
    variables: Variables,
): pulumi.Output<string> {
    const { command = [], args = [], ports = [] } = container ?? {};
    const names = [...Object.keys(variables.plain), ...variables.secrets.map(({ variable }) => variable)];
    return pulumi.all([reference, exportsOf(variables), command, args]).apply(([image, exports, entrypoint, words]) => {
        const registry = registryOf(image);
        const [first, ...others] = entrypoint;
        const devices = gpu
            ? [
                  "--volume /var/lib/nvidia/lib64:/usr/local/nvidia/lib64",
                  "--volume /var/lib/nvidia/bin:/usr/local/nvidia/bin",
                  ...devicesOf(gpu.count).map((device) => `--device ${device}:${device}`),
              ]
            : [];
        const run = [
            `exec ${names.includes("PATH") ? "/usr/bin/docker" : "docker"} run --rm --name container --network host`,
            ...devices,
            // Only the names: Docker takes the values from its own environment, which no list of processes shows.
            ...names.map((name) => `--env ${name}`),
            ...(first === undefined ? [] : [`--entrypoint ${quoted(first)}`]),
            quoted(image),
            ...[...others, ...words].map(quoted),
        ].join(" ");
        const script = [
            "#!/bin/bash",
            "set -euo pipefail",
            "export HOME=/var/lib/container",
            'mkdir -p "$HOME"',
            ...(registry ? [`docker-credential-gcr configure-docker --registries=${registry}`] : []),
            // Container-Optimized OS accepts only SSH otherwise.
            ...ports.map((port) => {
                const rule = `INPUT -p tcp --dport ${port} -j ACCEPT`;
                return `iptables -w -C ${rule} 2> /dev/null || iptables -w -A ${rule}`;
            }),
            ...(gpu?.driver === "cos-extensions"
                ? [
                      "cos-extensions install gpu",
                      // Once: the service is restarted if the container fails.
                      "mountpoint -q /var/lib/nvidia || mount --bind /var/lib/nvidia /var/lib/nvidia",
                      "mount -o remount,exec /var/lib/nvidia",
                  ]
                : []),
            // Without its registry, a machine that starts again runs the image that it has.
            `docker pull ${quoted(image)} || docker image inspect ${quoted(image)} > /dev/null`,
            // Last, as they can have another HOME, in which there are no credentials.
            ...(exports === "" ? [] : [exports]),
            run,
            "",
        ].join("\n");
        return [
            "#cloud-config",
            "write_files:",
            "- path: /var/lib/container/run.sh",
            "  permissions: '0700'",
            "  owner: root",
            "  content: |",
            indent(script, 4).trimEnd(),
            "- path: /etc/systemd/system/container.service",
            "  permissions: '0644'",
            "  owner: root",
            "  content: |",
            indent(unit, 4).trimEnd(),
            "runcmd:",
            "- systemctl daemon-reload",
            "- systemctl start container.service --no-block",
            "",
        ].join("\n");
    });
}

const devicesOf = (gpus: number) => [
    ...Array.from({ length: gpus }, (_, index) => `/dev/nvidia${index}`),
    "/dev/nvidia-uvm",
    "/dev/nvidiactl",
];

const unit = `[Unit]
Description=The container of the machine
Wants=gcr-online.target docker.service
After=gcr-online.target docker.service

[Service]
ExecStartPre=-/usr/bin/docker rm --force container
ExecStart=/bin/bash /var/lib/container/run.sh
ExecStop=/usr/bin/docker stop container
Restart=on-failure
RestartSec=10
`;

/** The variables of a machine. */
export const variablesOf = (
    environment: Record<string, pulumi.Input<string>>,
    used: { environment: Record<string, pulumi.Input<string>>; attachments: Attached<SecretVariable>[] },
): Variables => ({
    plain: { ...environment, ...used.environment },
    secrets: ofKind("secret-variable", used.attachments),
});
