import { gpuOf, seriesOf } from "slipway/facts";
import { qualifiedName } from "../../cloud/kubernetesNames";
import type { Inputs } from "../../rules/rules";
import { badRequest } from "./names";

/**
 * Settings of nodes that the API checks:
 * https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig
 */

/** Parameters of the kernel that nodes can set: `LinuxNodeConfig`. */
const kernelParameters = new Set(
    `net.core.busy_poll net.core.busy_read net.core.netdev_max_backlog net.core.rmem_max net.core.rmem_default net.core.wmem_default
    net.core.wmem_max net.core.optmem_max net.core.somaxconn net.ipv4.neigh.default.gc_thresh1 net.ipv4.neigh.default.gc_thresh2
    net.ipv4.neigh.default.gc_thresh3 net.ipv4.tcp_rmem net.ipv4.tcp_wmem net.ipv4.tcp_tw_reuse net.ipv4.tcp_mtu_probing
    net.ipv4.tcp_max_orphans net.ipv4.tcp_max_tw_buckets net.ipv4.tcp_syn_retries net.ipv4.tcp_ecn net.ipv4.tcp_congestion_control
    net.ipv6.conf.all.disable_ipv6 net.ipv6.conf.default.disable_ipv6
    net.netfilter.nf_conntrack_max net.netfilter.nf_conntrack_buckets net.netfilter.nf_conntrack_tcp_timeout_close_wait
    net.netfilter.nf_conntrack_tcp_timeout_time_wait net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_acct
    kernel.keys.maxkeys kernel.keys.maxbytes kernel.shmmni kernel.shmmax kernel.shmall kernel.core_pattern kernel.perf_event_paranoid
    kernel.sched_rt_runtime_us kernel.softlockup_panic kernel.yama.ptrace_scope kernel.kptr_restrict kernel.dmesg_restrict kernel.sysrq
    fs.aio-max-nr fs.file-max fs.inotify.max_user_instances fs.inotify.max_user_watches fs.nr_open vm.dirty_background_ratio
    vm.dirty_background_bytes vm.dirty_expire_centisecs vm.dirty_ratio vm.dirty_bytes vm.dirty_writeback_centisecs vm.max_map_count
    vm.overcommit_memory vm.overcommit_ratio vm.vfs_cache_pressure vm.swappiness vm.watermark_scale_factor vm.min_free_kbytes`.split(
        /\s+/,
    ),
);

/** Numbers of `NodeKubeletConfig`, with both limits. */
const ranges: Record<string, readonly [number, number]> = {
    containerLogMaxFiles: [2, 10],
    evictionMaxPodGracePeriodSeconds: [0, 300],
    imageGcHighThresholdPercent: [10, 85],
    imageGcLowThresholdPercent: [10, 85],
    maxParallelImagePulls: [2, 5],
    podPidsLimit: [1024, 4_194_303],
};

/** Kubernetes' labels: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const labelValue = /^(?:[A-Za-z\d](?:[\w.-]{0,61}[A-Za-z\d])?)?$/;

const tag = /^[a-z](?:[-a-z\d]{0,61}[a-z\d])?$/;

const metadataKey = /^[\w-]{1,127}$/;

const invalid = (field: string, value: unknown, rule: string) =>
    badRequest(`Invalid value for field "node_config.${field}": ${JSON.stringify(value)}. ${rule}`);

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function verifyKubelet(kubelet: Inputs, isSpot: boolean): void {
    for (const [name, [min, max]] of Object.entries(ranges)) {
        const value = kubelet[name];
        // The provider does not send zero.
        if (value && !(value >= min && value <= max)) {
            throw invalid(`kubelet_config.${snake(name)}`, value, `Must be between ${min} and ${max}.`);
        }
    }
    const { imageGcHighThresholdPercent: high = 85, imageGcLowThresholdPercent: low = 80 } = kubelet;
    if (high && low && low >= high) {
        const rule = "Must be smaller than image_gc_high_threshold_percent.";
        throw invalid("kubelet_config.image_gc_low_threshold_percent", low, rule);
    }
    const { shutdownGracePeriodSeconds: shutdown = 0 } = kubelet;
    if (![0, 30, 120].includes(shutdown) || (shutdown > 0 && !isSpot)) {
        const rule = "Must be 0, 30 or 120, and 0 without Spot VMs.";
        throw invalid("kubelet_config.shutdown_grace_period_seconds", shutdown, rule);
    }
}

function verifyNames({ tags = [], labels = {}, taints = [], metadata = {} }: Inputs): void {
    const wrongTag = tags.find((each: string) => !tag.test(each));
    if (wrongTag !== undefined) {
        throw invalid("tags", wrongTag, "Must comply with RFC1035.");
    }
    const entries = [
        ...Object.entries(labels as Record<string, string>).map(([key, value]) => ["labels", key, value] as const),
        ...(taints as Inputs[]).map(({ key, value = "" }) => ["taints", String(key), String(value)] as const),
    ];
    const wrong = entries.find(([, key, value]) => !qualifiedName.test(key) || !labelValue.test(value));
    if (wrong) {
        throw invalid(wrong[0], `${wrong[1]}=${wrong[2]}`, "Must use the syntax of Kubernetes labels.");
    }
    const wrongKey = Object.keys(metadata).find((key) => !metadataKey.test(key));
    if (wrongKey !== undefined) {
        throw invalid("metadata", wrongKey, "Keys must conform to [a-zA-Z0-9-_]+ and be less than 128 bytes.");
    }
}

function verifyMachine({ machineType, guestAccelerators = [], confidentialNodes }: Inputs): void {
    const series = seriesOf(machineType ?? "");
    const types = guestAccelerators.filter(({ count }: Inputs) => count !== 0).map(({ type }: Inputs) => type);
    if (types.length > 0 && series && !series.attachesGpus && !gpuOf(machineType)) {
        throw badRequest(`[${machineType}, ${types.join(", ")}] features are not compatible for creating instance.`);
    }
    const technology = confidentialNodes?.confidentialInstanceType ?? (confidentialNodes?.enabled ? "SEV" : undefined);
    if (technology && series && !series.confidential?.includes(technology)) {
        throw badRequest(`${technology} is not supported on machine type ${machineType}.`);
    }
}

/** Throws if Google refuses a setting of nodes. */
export function verifySettings(config: Inputs): void {
    verifyNames(config);
    verifyKubelet(config.kubeletConfig ?? {}, config.spot === true);
    const parameters = Object.keys(config.linuxNodeConfig?.sysctls ?? {});
    const unknown = parameters.find((name) => !kernelParameters.has(name));
    if (unknown !== undefined) {
        throw invalid("linux_node_config.sysctls", unknown, "The kernel parameter is not supported.");
    }
    verifyMachine(config);
}
