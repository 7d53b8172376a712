import type { Inputs } from "../../rules/rules";
import { verifySecretName } from "./container";
import { type Checked, invalid, violation } from "./kind";

/** https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts#disallowed-paths */
const disallowed = ["/dev", "/proc", "/sys"];

/** The path without `.` and `..`. */
const cleaned = (path: string) => new URL(path, "file:///").pathname.replace(/\/+$/, "");

/** Sources of volumes that need the second generation. */
const ofSecondGeneration = ["gcs", "nfs", "emptyDir"];

function verifyVolume(checked: Checked, template: Inputs, volume: Inputs, field: string): void {
    const { name, secret, cloudSqlInstance, emptyDir, gcs, nfs } = volume;
    if (!/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(name)) {
        throw violation(checked, `${field}.name`, "must conform to RFC 1123.");
    }
    // https://cloud.google.com/sql/docs/postgres/connect-run: sockets are mounted at /cloudsql.
    if (Boolean(cloudSqlInstance) !== (name === "cloudsql")) {
        throw violation(checked, `${field}.name`, "Cloud SQL volume must be named 'cloudsql'.");
    }
    if (![secret, cloudSqlInstance, emptyDir, gcs, nfs].some(Boolean)) {
        throw violation(checked, field, "a volume source must be set.");
    }
    const source = ofSecondGeneration.find((each) => volume[each]);
    if (source && template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN1") {
        throw invalid(`${field}.${source}`, "The volume type requires the gen2 execution environment.");
    }
    if (secret) {
        verifySecretName(checked, `${field}.secret`, secret.secret, "latest");
        const modes = [secret.defaultMode, ...(secret.items ?? []).map(({ mode }: Inputs) => mode)];
        if (modes.some((mode) => mode !== undefined && !(mode >= 0 && mode <= 0o777))) {
            const rule = "if present, must be a supported unix chmod bitmask.";
            throw violation(checked, `${field}.secret.default_mode`, rule);
        }
    }
    const instances: string[] = cloudSqlInstance?.instances ?? [];
    if (
        cloudSqlInstance &&
        !(instances.length > 0 && instances.every((each) => /^([^:]+:)?[^:]+:[^:]+:[^:]+$/.test(each)))
    ) {
        const rule = "must be in the format project:location:instance.";
        throw violation(checked, `${field}.cloud_sql_instance.instances`, rule);
    }
    if (emptyDir?.sizeLimit && !/^\d+(\.\d+)?([kMGT]i?)?$/.test(emptyDir.sizeLimit)) {
        throw violation(checked, `${field}.empty_dir.size_limit`, "Could not parse Quantity.");
    }
    if (gcs && !gcs.bucket) {
        throw violation(checked, `${field}.gcs.bucket`, "Bucket name must be specified.");
    }
    if (nfs && !(nfs.server && String(nfs.path ?? "").startsWith("/"))) {
        throw violation(checked, `${field}.nfs`, "server and an absolute path must be specified.");
    }
}

function verifyMounts(checked: Checked, template: Inputs, container: Inputs, field: string): void {
    const { volumes = [] } = template;
    const mounts: Inputs[] = container.volumeMounts ?? [];
    const unknown = mounts.filter(({ name }) => !volumes.some((volume: Inputs) => volume.name === name));
    if (unknown.length > 0) {
        const names = unknown.map(({ name }) => name).join(", ");
        const rule = `The following volume mounts: [${names}] which were not found in volumes list.`;
        throw violation(checked, `${field}.volume_mounts`, rule);
    }
    for (const [index, { name, mountPath, subPath }] of mounts.entries()) {
        const at = `${field}.volume_mounts[${index}].mount_path`;
        const volume = volumes.find((each: Inputs) => each.name === name);
        // Sockets of Cloud SQL are always at /cloudsql.
        if (!mountPath.startsWith("/") || mountPath.includes(":")) {
            throw violation(checked, at, "must be a valid unix absolute path.");
        }
        const path = cleaned(mountPath);
        if (path === "" || disallowed.some((each) => path === each || path.startsWith(`${each}/`))) {
            throw violation(checked, at, `The mount paths [${mountPath}] are in one of disallowed mount points.`);
        }
        if (volume.secret && subPath) {
            throw violation(
                checked,
                `${field}.volume_mounts[${index}]`,
                "secret volume mounts cannot have sub_path set.",
            );
        }
        if (mounts.some((other, at) => at < index && cleaned(other.mountPath) === path)) {
            throw violation(checked, at, `mount path ${mountPath} is used more than once.`);
        }
    }
}

/** The volumes of instances, and where containers mount them. */
export function verifyVolumes(checked: Checked): void {
    const { kind, inputs } = checked;
    const template = kind.template(inputs);
    const names = (template.volumes ?? []).map(({ name }: Inputs) => name);
    const twice = names.find((name: string, index: number) => names.indexOf(name) < index);
    if (twice !== undefined) {
        throw violation(checked, `${kind.path}.volumes`, `Duplicate volume name: ${twice}.`);
    }
    for (const [index, volume] of (template.volumes ?? []).entries()) {
        verifyVolume(checked, template, volume, `${kind.path}.volumes[${index}]`);
    }
    for (const [index, container] of (template.containers ?? []).entries()) {
        verifyMounts(checked, template, container, `${kind.path}.containers[${index}]`);
    }
}
