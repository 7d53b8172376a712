import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, World } from "./world";

const zone = "europe-west1-b";
const image = "projects/debian-cloud/global/images/family/debian-12";
const plain = {
    name: "train",
    zone,
    machineType: "e2-medium",
    bootDisk: { initializeParams: { image } },
    networkInterfaces: [{ subnetwork: "apps" }],
};
const terminate = { scheduling: { onHostMaintenance: "TERMINATE" } };

function prepared() {
    const world = new World();
    world.enable("iam", "compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    const make = (inputs: Inputs = {}) => world.make("Instance", { ...plain, ...inputs });
    return { world, make, refusal: (inputs: Inputs) => refusalOf(() => make(inputs)) };
}

test.each<[string, Inputs, string]>([
    [
        "a machine type that does not exist",
        { machineType: "e2-standard-3" },
        "Error creating instance: googleapi: Error 400: Invalid value for field 'resource.machineType': 'https://www.googleapis.com/compute/v1/projects/acme-dev/zones/europe-west1-b/machineTypes/e2-standard-3'. Machine type with name 'e2-standard-3' does not exist in zone 'europe-west1-b'., invalid",
    ],
    [
        "a machine type with GPUs that the zone does not have",
        { machineType: "g2-standard-4", zone: "europe-west1-d", ...terminate },
        "Machine type with name 'g2-standard-4' does not exist in zone 'europe-west1-d'.",
    ],
    [
        "a GPU that the zone does not have",
        {
            machineType: "n1-standard-4",
            zone: "europe-west3-a",
            guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
        },
        "Error 404: The resource 'projects/acme-dev/zones/europe-west3-a/acceleratorTypes/nvidia-tesla-t4' was not found",
    ],
    [
        "no subnet in a network of the custom mode",
        { networkInterfaces: [{ network: "private" }] },
        "Subnetwork should be specified for custom subnetmode network, invalid",
    ],
    [
        "an address outside of its subnet",
        { networkInterfaces: [{ subnetwork: "apps", networkIp: "10.1.0.5" }] },
        "Error 400: Invalid value for field 'resource.networkInterfaces[0].networkIP': '10.1.0.5'. Requested internal IP address is outside the range 10.0.0.0/24",
    ],
    [
        "a key of metadata with a blank",
        { metadata: { "a b": "c" } },
        "Error 400: Invalid value for field 'resource.metadata.items[0].key': 'a b'. Must be a match of regex '[a-zA-Z0-9-_]{1,128}', invalid",
    ],
    ["a host name without a domain", { hostname: "shop" }, "Must be a fully qualified domain name of RFC 1035."],
    [
        "nested virtualization of a series without it",
        { advancedMachineFeatures: { enableNestedVirtualization: true } },
        "Error 400: Invalid value for field 'resource.advancedMachineFeatures.enableNestedVirtualization': 'true'. Nested virtualization is not supported on machine type e2-medium., invalid",
    ],
    [
        "two threads of an Arm processor",
        { machineType: "c4a-standard-2", advancedMachineFeatures: { threadsPerCore: 2 } },
        "Error 400: Invalid value for field 'resource.advancedMachineFeatures.threadsPerCore': '2'. Machine type c4a-standard-2 has one thread per core., invalid",
    ],
    [
        "an alias range of a secondary range that the subnetwork does not have",
        {
            networkInterfaces: [
                { subnetwork: "apps", aliasIpRanges: [{ subnetworkRangeName: "pods", ipCidrRange: "/28" }] },
            ],
        },
        "Error 400: Invalid value for field 'resource.networkInterfaces[0].aliasIpRanges[0].subnetworkRangeName': 'pods'. The subnetwork has no secondary range with the name 'pods'., invalid",
    ],
    [
        "an alias range outside of the subnetwork",
        { networkInterfaces: [{ subnetwork: "apps", aliasIpRanges: [{ ipCidrRange: "10.1.0.5" }] }] },
        "Error 400: Invalid value for field 'resource.networkInterfaces[0].aliasIpRanges[0].ipCidrRange': '10.1.0.5'. The alias IP range must be within the range 10.0.0.0/24 of the subnetwork., invalid",
    ],
    [
        "GPUs with live migration",
        { machineType: "n1-standard-4", guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }] },
        "Error 400: Instances with guest accelerators do not support live migration., badRequest",
    ],
    [
        "GPUs of another machine series",
        { guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }], ...terminate },
        "Error 400: [e2-medium, nvidia-tesla-t4] features are not compatible for creating instance., invalid",
    ],
    [
        "a Spot VM with automatic restart",
        { scheduling: { preemptible: true, provisioningModel: "SPOT" } },
        "Scheduling must have preemptible be false when AutomaticRestart is true., invalid",
    ],
    [
        "a termination action of a standard VM",
        { scheduling: { instanceTerminationAction: "STOP" } },
        "You cannot specify a termination action for a VM instance that has the standard provisioning model (default).",
    ],
    [
        "a disk type that the machine series does not have",
        { machineType: "n4-standard-2", bootDisk: { initializeParams: { image, type: "pd-ssd" } } },
        "Error 400: [pd-ssd] features are not compatible for creating instance., invalid",
    ],
    [
        "a Confidential VM of another machine series",
        { confidentialInstanceConfig: { enableConfidentialCompute: true }, ...terminate },
        "Error 400: SEV is not supported on machine type e2-medium in zone europe-west1-b., invalid",
    ],
    [
        "a boot disk that is smaller than its image",
        {
            bootDisk: {
                initializeParams: { image: "deeplearning-platform-release/pytorch-3-0-cu131-ubuntu-2604", size: 20 },
            },
        },
        "Requested disk size cannot be smaller than the image size (50 GB), invalid",
    ],
    [
        "an image of another architecture",
        { machineType: "t2a-standard-1" },
        "Requested boot disk architecture (X86_64) is not compatible with machine type architecture (ARM64) of t2a-standard-1.",
    ],
    [
        "an image that does not exist",
        { bootDisk: { initializeParams: { image: "debian-cloud/debian-99" } } },
        "Error resolving image name 'debian-cloud/debian-99': Could not find image or family debian-cloud/debian-99",
    ],
    [
        "a family whose operating system is no longer supported",
        { bootDisk: { initializeParams: { image: "debian-cloud/debian-10" } } },
        "Could not find image or family debian-cloud/debian-10",
    ],
    [
        "a subnetwork that does not exist",
        { networkInterfaces: [{ subnetwork: "other" }] },
        "Error 404: The resource 'projects/acme-dev/regions/europe-west1/subnetworks/other' was not found",
    ],
    [
        "an account that does not exist",
        { serviceAccount: { email: "gone@acme-dev.iam.gserviceaccount.com", scopes: ["cloud-platform"] } },
        "Error 403: Permission 'iam.serviceAccounts.actAs' denied on resource (or it may not exist).",
    ],
    [
        "a zone that does not exist",
        { zone: "europe-west1-a" },
        "Invalid value for field 'zone': 'europe-west1-a'. Unknown zone., invalid",
    ],
    [
        "metadata above its limit",
        { metadata: { big: "x".repeat(262_145) } },
        "Metadata value for key 'big' is too large",
    ],
    [
        "metadata above its limit in total",
        { metadata: { one: "x".repeat(262_144), two: "x".repeat(262_144) } },
        "The total size of all keys and values must be less than 524288 bytes.",
    ],
    [
        "AMD SEV-SNP without the processor that has it",
        {
            machineType: "n2d-standard-2",
            confidentialInstanceConfig: { confidentialInstanceType: "SEV_SNP" },
            ...terminate,
        },
        "SEV_SNP requires the minimum CPU platform AMD Milan.",
    ],
    [
        "an interface without a network",
        { networkInterfaces: [{ accessConfigs: [{}] }] },
        "Error creating network interfaces: exactly one of network, subnetwork, or network_attachment must be provided",
    ],
    [
        "a reservation that is not named",
        { reservationAffinity: { type: "SPECIFIC_RESERVATION" } },
        "Error creating reservation affinity: specific_reservation must be set when reservation_affinity is SPECIFIC_RESERVATION, and not set otherwise",
    ],
    [
        "a security policy without an address",
        { networkInterfaces: [{ subnetwork: "apps", securityPolicy: "web" }] },
        "Error setting security policy to the instance since at least one access config must exist",
    ],
    [
        "two startup scripts",
        { metadataStartupScript: "true", metadata: { "startup-script": "false" } },
        "Error creating metadata: Cannot provide both metadata_startup_script and metadata.startup-script.",
    ],
    [
        "partner metadata that is no object",
        { partnerMetadata: { "partner.example.com": "[]" } },
        "Error creating partner metadata: json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    [
        "two keys of a disk",
        { attachedDisks: [{ source: "data", kmsKeySelfLink: "key", diskEncryptionKeyRsa: "key" }] },
        "Only one of kms_key_self_link and disk_encryption_key_raw can be set",
    ],
    [
        "a zonal disk that is attached by force",
        { attachedDisks: [{ source: "data", forceAttach: true }] },
        "Error creating instance: googleapi: Error 400: Force attaching zonal disks is not supported., invalid",
    ],
    [
        "more vCPUs than the quota of a new project",
        { machineType: "n2-standard-32" },
        "Error 403: Quota 'N2_CPUS' exceeded.  Limit: 24.0 in region europe-west1., quotaExceeded",
    ],
    [
        "more GPUs than the quota of a new project",
        { machineType: "n1-standard-4", guestAccelerators: [{ type: "nvidia-tesla-t4", count: 2 }], ...terminate },
        "Error 403: Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 1.0 globally., quotaExceeded",
    ],
])("%s is refused", (_, inputs, message) => {
    expect(prepared().refusal(inputs)).toContain(message);
});

test("the quota of vCPUs counts the running machines of a region", () => {
    const { world, make, refusal } = prepared();
    make({ machineType: "e2-standard-16" });
    expect(refusal({ name: "more", machineType: "e2-standard-16" })).toContain("Quota 'CPUS' exceeded.");
    make({ name: "more", machineType: "e2-standard-8" });
    world.cloud.simulated.set(
        "//compute.googleapis.com/projects/acme-dev/zones/europe-west1-b/instances/train",
        "acme-dev",
        {
            status: "TERMINATED",
        },
    );
    make({ name: "third", machineType: "e2-standard-16" });
});

test("a schedule needs a role of the service agent other than the automatic one", () => {
    const { world, make, refusal } = prepared();
    world.make("ResourcePolicy", {
        name: "nights",
        region: "europe-west1",
        instanceSchedulePolicy: { timeZone: "Etc/UTC", vmStopSchedule: { schedule: "0 19 * * *" } },
    });
    const agent = `service-${world.number}@compute-system.iam.gserviceaccount.com`;
    expect(refusal({ resourcePolicies: "nights" })).toContain(
        `Error 412: Compute Engine System service account ${agent} needs to have [compute.instances.start,compute.instances.stop] permissions applied in order to perform this operation., conditionNotMet`,
    );
    const role = "roles/compute.instanceAdmin.v1";
    world.make("ProjectIAMMember", { project: "acme-dev", role, member: `serviceAccount:${agent}` });
    make({ resourcePolicies: "nights" });
});

test("a machine's change that needs a stop is refused, unless that is allowed", () => {
    const { world, make } = prepared();
    const made = make();
    const changed = { ...plain, machineType: "e2-standard-2" };
    expect(refusalOf(() => world.update(made, changed))).toContain(
        "on a started instance requires stopping it. To acknowledge this, please set allow_stopping_for_update = true in your config.",
    );
    const { state } = world.update(made, { ...changed, allowStoppingForUpdate: true });
    expect(state).toMatchObject({ machineType: "e2-standard-2", currentStatus: "RUNNING" });
});

test("a machine gets an external address only while it runs", () => {
    const { world, make } = prepared();
    const made = make();
    const open = { ...plain, networkInterfaces: [{ subnetwork: "apps", accessConfigs: [{}] }] };
    const stopped = world.update(made, { ...plain, desiredStatus: "TERMINATED" });
    expect(refusalOf(() => world.update(stopped, { ...open, desiredStatus: "RUNNING" }))).toContain(
        'Error to update security policy because the current instance status must be "RUNNING".',
    );
    const started = world.update(stopped, { ...plain, desiredStatus: "RUNNING" });
    expect(world.update(started, open).state.networkInterfaces).toMatchObject([{ accessConfigs: [{}] }]);
});

test("a machine in a network of its own subnetworks is changed without a stop", () => {
    const { world, make } = prepared();
    world.make("Network", { name: "auto" });
    const inAuto = { networkInterfaces: [{ network: "auto" }] };
    expect(world.update(make(inAuto), { ...plain, ...inAuto, labels: { team: "ml" } }).state.labels).toMatchObject({
        team: "ml",
    });
});

test("a disk is used by one machine, and detached from it before it is deleted", () => {
    const { world, make, refusal } = prepared();
    const disk = world.make("Disk", { name: "data", zone, size: 100 });
    const used = { attachedDisks: [{ source: "data" }] };
    const machine = make(used);
    const path = "projects/acme-dev/zones/europe-west1-b";
    const inUse = `The disk resource '${path}/disks/data' is already being used by '${path}/instances/train'`;
    expect(refusal({ name: "other", ...used })).toContain(inUse);
    expect(
        refusal({ name: "other", zone: "europe-west1-c", attachedDisks: [{ source: disk.state.selfLink }] }),
    ).toContain(inUse);
    world.remove(disk);
    expect(world.refreshed(machine)?.state.attachedDisks).toEqual([]);
    world.remove(machine);
});

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_attached_disk.go
test("an attachment is stored with the paths of its disk and machine, for which their names are the same", () => {
    const { world, make } = prepared();
    const path = "projects/acme-dev/zones/europe-west1-b";
    world.make("Disk", { name: "data", zone, size: 100 });
    make();
    const named = { disk: "data", instance: "train", zone };
    const made = world.make("AttachedDisk", named);
    expect(made.state).toMatchObject({ disk: `${path}/disks/data`, instance: `${path}/instances/train` });
    expect(world.changed(made, { ...named, disk: `${path}/disks/data` })).toEqual([]);
    expect(world.changed(made)).toEqual([]);
    expect(world.changed(made, { ...named, disk: "other" })).toEqual(["disk"]);
});

// https://cloud.google.com/vpc/docs/multiple-interfaces-concepts
test("a machine has an interface for each vCPU, each in another network, and gets no further one", () => {
    const { world, make, refusal } = prepared();
    for (const name of ["data", "third"]) {
        world.make("Network", { name, autoCreateSubnetworks: false });
        world.make("Subnetwork", { name, network: name, ipCidrRange: "10.0.0.0/24" });
    }
    const on = (...names: string[]) => ({ networkInterfaces: names.map((subnetwork) => ({ subnetwork })) });
    expect(refusal(on("apps", "data", "third"))).toContain(
        "The machine type e2-medium supports at most 2 network interfaces.",
    );
    expect(refusal(on("apps", "apps"))).toContain("Networks must be distinct for NICs attached to a VM.");
    const made = make({ machineType: "e2-standard-4", ...on("apps", "data", "third") });
    expect(made.state.networkInterfaces).toMatchObject([
        { name: "nic0", networkIp: "10.0.0.2" },
        { name: "nic1", networkIp: "10.0.0.2" },
        { name: "nic2", networkIp: "10.0.0.2" },
    ]);
    const fewer = { ...plain, machineType: "e2-standard-4", ...on("apps", "data") };
    expect(world.changed(made, fewer)).not.toEqual([]);
    const template = {
        name: "shop",
        region: "europe-west1",
        machineType: "e2-medium",
        disks: [{ boot: true, sourceImage: image }],
    };
    expect(refusalOf(() => world.make("RegionInstanceTemplate", { ...template, ...on("apps", "apps") }))).toContain(
        "Networks must be distinct for NICs attached to a VM.",
    );
    expect(
        refusalOf(() => world.make("RegionInstanceTemplate", { ...template, ...on("apps", "data", "third") })),
    ).toContain("supports at most 2 network interfaces.");
});

// https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
test("several machines use a disk that all of them read, and no other one can write to it", () => {
    const { world, make, refusal } = prepared();
    const { state } = world.make("Disk", { name: "data", zone, size: 100 });
    const attached = (mode: string) => ({ attachedDisks: [{ source: state.selfLink, mode }] });
    make({ name: "one", ...attached("READ_ONLY") });
    make({ name: "two", ...attached("READ_ONLY") });
    expect(refusal({ name: "three", ...attached("READ_WRITE") })).toContain("is already being used by");
    world.make("Disk", { name: "models", zone, size: 100, type: "hyperdisk-ml" });
    expect(
        refusal({ machineType: "c3-standard-4", attachedDisks: [{ source: "models", mode: "READ_ONLY" }] }),
    ).toContain("The access mode READ_WRITE_SINGLE of the disk does not permit the attachment mode READ_ONLY.");
    world.make("Disk", { name: "fast", zone, size: 100, type: "hyperdisk-balanced" });
    expect(refusal({ machineType: "c3-standard-4", attachedDisks: [{ source: "fast", mode: "READ_ONLY" }] })).toContain(
        "hyperdisk-balanced disk type cannot be attached in read-only mode.",
    );
});

// https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms, https://cloud.google.com/compute/docs/disks/extreme-persistent-disk
test("several machines write to a Hyperdisk in multi-writer mode, and none shares an Extreme Persistent Disk", () => {
    const { world, make, refusal } = prepared();
    const machineType = "c3-standard-4";
    const type = "hyperdisk-balanced";
    world.make("Disk", { name: "shared", zone, size: 100, type, accessMode: "READ_WRITE_MANY" });
    world.make("Disk", { name: "own", zone, size: 100, type });
    make({ name: "one", machineType, attachedDisks: [{ source: "shared" }, { source: "own" }] });
    make({ name: "two", machineType, attachedDisks: [{ source: "shared" }] });
    expect(refusal({ name: "three", machineType, attachedDisks: [{ source: "own" }] })).toContain(
        "is already being used by",
    );
    world.make("Disk", { name: "extreme", zone, size: 500, type: "pd-extreme" });
    const reader = { machineType: "n2-standard-4", attachedDisks: [{ source: "extreme", mode: "READ_ONLY" }] };
    make({ name: "four", ...reader });
    expect(refusal({ name: "five", ...reader })).toContain("is already being used by");
});

// https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
test.each([
    ["hyperdisk-balanced", "READ_WRITE_MANY", "READ_ONLY_MANY"],
    ["hyperdisk-ml", "READ_ONLY_MANY", "READ_WRITE_MANY"],
    ["hyperdisk-extreme", "READ_WRITE_SINGLE", "READ_WRITE_MANY"],
    ["hyperdisk-throughput", undefined, "READ_ONLY_MANY"],
    ["pd-ssd", "READ_WRITE_SINGLE", "READ_ONLY_MANY"],
])("a disk of %s can have the access mode %s, and not %s", (type, accessMode, other) => {
    const { world } = prepared();
    world.make("Disk", { name: "one", zone, size: 2048, type, accessMode });
    expect(refusalOf(() => world.make("Disk", { name: "two", zone, size: 2048, type, accessMode: other }))).toContain(
        `Access mode ${other} is not supported for ${type}.`,
    );
});

test("a disk of Hyperdisk Balanced High Availability is regional, and attached to series that have it", () => {
    const { world, make, refusal } = prepared();
    const type = "hyperdisk-balanced-high-availability";
    expect(refusalOf(() => world.make("Disk", { name: "zonal", zone, size: 10, type }))).toContain(
        "The referenced diskType resource cannot be found.",
    );
    const region = "europe-west1";
    const { state } = world.make("RegionDisk", {
        name: "both",
        region,
        replicaZones: [zone, "europe-west1-c"],
        type,
        size: 10,
    });
    const attachedDisks = [{ source: state.selfLink }];
    expect(refusal({ attachedDisks })).toContain(`[${type}] features are not compatible`);
    make({ machineType: "c3-standard-4", attachedDisks });
});

test("a machine has as many disks as its type, of types that its series has", () => {
    const { world, make, refusal } = prepared();
    const names = Array.from({ length: 16 }, (_, index) => `data-${index}`);
    const sources = names.map((name) => ({
        source: world.make("Disk", { name, zone, size: 10, type: "pd-ssd" }).state.selfLink,
    }));
    expect(refusal({ machineType: "e2-medium", attachedDisks: sources })).toContain(
        "supports at most 16 disks with the boot disk.",
    );
    make({ name: "small", machineType: "e2-medium", attachedDisks: sources.slice(0, 15) });
    const attach = (disk: string, instance: string) => world.make("AttachedDisk", { disk, instance, zone });
    expect(refusalOf(() => attach("data-15", "small"))).toContain("supports at most 16 disks with the boot disk.");
    make({ name: "large", machineType: "e2-standard-2" });
    world.make("Disk", { name: "fast", zone, size: 10, type: "hyperdisk-balanced" });
    expect(refusalOf(() => attach("fast", "large"))).toContain("[hyperdisk-balanced] features are not compatible");
    attach("data-15", "large");
});

// https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk
test("a regional disk is attached in its zones, to machines of series that can use it", () => {
    const { world, make, refusal } = prepared();
    const region = "europe-west1";
    const both = { name: "both", region, replicaZones: [zone, "europe-west1-c"], type: "pd-ssd", size: 200 };
    const { state } = world.make("RegionDisk", both);
    const attachedDisks = [{ source: state.selfLink }];
    expect(refusal({ name: "three", zone: "europe-west1-d", attachedDisks })).toContain("must be in the same zone");
    expect(refusal({ machineType: "c3-standard-4", attachedDisks })).toContain("features are not compatible");
    make({ attachedDisks });
    expect(refusal({ name: "other", zone: "europe-west1-c", attachedDisks })).toContain("is already being used by");
});

test.each<[string, Inputs, string]>([
    ["one zone", { replicaZones: [zone] }, "Attribute replica_zones requires 2 item minimum"],
    ["the same zone twice", { replicaZones: [zone, zone] }, "Exactly two zones of europe-west1 must be specified."],
    [
        "a zone of another region",
        { replicaZones: [zone, "europe-west4-a"] },
        "Exactly two zones of europe-west1 must be specified.",
    ],
    ["a type without regional disks", { type: "hyperdisk-ml" }, "The referenced diskType resource cannot be found."],
    ["an image", { image }, "Regional disks cannot be created from an image."],
    ["a small standard disk", { type: "pd-standard", size: 199 }, "must be at least 200 GB."],
    [
        "a snapshot that does not exist",
        { snapshot: "other" },
        "The resource 'projects/acme-dev/global/snapshots/other'",
    ],
    ["a region that does not exist", { region: "europe-west77" }, "Unknown region."],
])("a regional disk of %s is refused", (_, inputs, text) => {
    const { world } = prepared();
    const make = () =>
        world.make("RegionDisk", {
            name: "both",
            region: "europe-west1",
            replicaZones: [zone, "europe-west1-c"],
            type: "pd-ssd",
            size: 200,
            ...inputs,
        });
    expect(refusalOf(make)).toContain(text);
});

test("disks are created from snapshots, and are not smaller", () => {
    const { world, make, refusal } = prepared();
    world.make("Disk", { name: "data", zone, size: 100 });
    expect(refusalOf(() => world.make("Snapshot", { name: "monday", sourceDisk: "other", zone }))).toContain(
        "The resource 'projects/acme-dev/zones/europe-west1-b/disks/other' was not found",
    );
    world.make("Snapshot", { name: "monday", sourceDisk: "data", zone });
    expect(world.make("Disk", { name: "again", zone, snapshot: "monday" }).state).toMatchObject({ size: 100 });
    const small = "Requested disk size cannot be smaller than the snapshot size (100 GB)";
    expect(refusalOf(() => world.make("Disk", { name: "small", zone, snapshot: "monday", size: 99 }))).toContain(small);
    expect(refusalOf(() => world.make("Disk", { name: "two", zone, snapshot: "monday", image }))).toContain(
        "Only one of sourceImage and sourceSnapshot can be specified.",
    );
    const boot = (size?: number) => ({ bootDisk: { initializeParams: { snapshot: "monday", size } } });
    expect(refusal(boot(99))).toContain(small);
    expect(make(boot()).state).toMatchObject({ bootDisk: { initializeParams: { size: 100 } } });
});

test("a protected machine is not deleted, and its boot disk is deleted with it", () => {
    const { world, make } = prepared();
    const machine = make({ deletionProtection: true });
    expect(refusalOf(() => world.remove(machine))).toContain(
        "Cannot delete instance train: instance Deletion Protection is enabled.",
    );
    const disk = "//compute.googleapis.com/projects/acme-dev/zones/europe-west1-b/disks/train";
    expect(world.cloud.store.read(disk)?.state).toMatchObject({ size: 10, type: "pd-standard" });
    world.remove(world.update(machine, { ...plain, deletionProtection: false }));
    expect(world.cloud.store.read(disk)).toBeUndefined();
});

test("an organization's policy refuses external addresses", () => {
    const { world, refusal } = prepared();
    world.cloud.organization.setPolicy(
        "compute.vmExternalIpAccess",
        { rules: [{ denyAll: "TRUE" }] },
        "projects/acme-dev",
    );
    expect(refusal({ networkInterfaces: [{ subnetwork: "apps", accessConfigs: [{}] }] })).toContain(
        `Error 412: Constraint constraints/compute.vmExternalIpAccess violated for project ${world.number}. Add instance projects/acme-dev/zones/europe-west1-b/instances/train to the constraint to use external IP with it., conditionNotMet`,
    );
});

test("a machine in a subnetwork with only IPv6 has no IPv4 address", () => {
    const { world, make } = prepared();
    const only = { stackType: "IPV6_ONLY", ipv6AccessType: "EXTERNAL" };
    world.make("Subnetwork", { name: "newer", network: "private", ...only });
    const made = make({ networkInterfaces: [{ subnetwork: "newer", stackType: "IPV6_ONLY" }] });
    expect(made.state.networkInterfaces).toMatchObject([{ networkIp: "", stackType: "IPV6_ONLY" }]);
});

test("a machine whose series has no Hyperdisk can have one in confidential mode", () => {
    const { make, refusal } = prepared();
    const bootDisk = (more: Inputs) => ({ initializeParams: { image, type: "hyperdisk-balanced", ...more } });
    expect(refusal({ machineType: "n2d-standard-2", bootDisk: bootDisk({}) })).toContain(
        "[hyperdisk-balanced] features are not compatible for creating instance.",
    );
    const confidential = make({
        machineType: "n2d-standard-2",
        confidentialInstanceConfig: { enableConfidentialCompute: true },
        ...terminate,
        bootDisk: bootDisk({ enableConfidentialCompute: true }),
    });
    expect(confidential.state.bootDisk.initializeParams).toMatchObject({ type: "hyperdisk-balanced" });
});

test("a machine is found by its name and its zone", () => {
    const { world, make } = prepared();
    make();
    const found = (inputs: Inputs) => world.provider.invoke("gcp:compute/getInstance:getInstance", inputs);
    expect(found({ name: "train", zone })).toMatchObject({
        name: "train",
        zone,
        networkInterfaces: [{ networkIp: expect.stringMatching(/^10\.0\.0\.\d+$/) }],
    });
    expect(refusalOf(() => found({ name: "train", zone: "europe-west1-c" }))).toContain(
        "projects/acme-dev/zones/europe-west1-c/instances/train not found",
    );
});

test("a machine of a series and with a disk type that are not listed is created, as they may be new", () => {
    const { make } = prepared();
    const bootDisk = { initializeParams: { image, type: "hyperdisk-next" } };
    expect(make({ machineType: "n9-standard-2", bootDisk })).toMatchObject({
        inputs: { machineType: "n9-standard-2" },
    });
});

test("the newest image of a family has a version of this month", () => {
    const { world } = prepared();
    const found = (inputs: Inputs) => world.provider.invoke("gcp:compute/getImage:getImage", inputs);
    expect(found({ family: "debian-12", project: "debian-cloud" })).toMatchObject({
        name: expect.stringMatching(/^debian-12-bookworm-v\d{6}10$/),
        diskSizeGb: 10,
    });
    expect(refusalOf(() => found({ family: "debian-99", project: "debian-cloud" }))).toContain(
        "The resource 'projects/debian-cloud/global/images/family/debian-99' was not found",
    );
});

test.each<[string, Inputs, string]>([
    [
        "no time",
        { instanceSchedulePolicy: { timeZone: "Etc/UTC" } },
        "one of `instance_schedule_policy.0.vm_start_schedule,instance_schedule_policy.0.vm_stop_schedule` must be specified",
    ],
    [
        "an unknown time zone",
        { instanceSchedulePolicy: { timeZone: "Berlin", vmStopSchedule: { schedule: "0 19 * * *" } } },
        "Time zone is invalid.",
    ],
    [
        "half an hour",
        { snapshotSchedulePolicy: { schedule: { dailySchedule: { daysInCycle: 1, startTime: "04:30" } } } },
        "does not allow minutes, it must be in the format HH:00, got: 04:30",
    ],
    [
        "two days",
        { snapshotSchedulePolicy: { schedule: { dailySchedule: { daysInCycle: 2, startTime: "04:00" } } } },
        "Days in cycle for snapshot schedule policy must be 1.",
    ],
])("a schedule with %s is refused", (_, inputs, message) => {
    const { world } = prepared();
    expect(
        refusalOf(() => world.make("ResourcePolicy", { name: "nights", region: "europe-west1", ...inputs })),
    ).toContain(message);
});

test("a custom machine type of N1 has the CPUs that its name says, and not its memory in MB", () => {
    const { make } = prepared();
    expect(make({ machineType: "custom-1-2048" }).state.machineType).toBe("custom-1-2048");
});

test("a data source finds a machine by its link", () => {
    const { world, make } = prepared();
    const { selfLink } = make().state;
    const found = world.provider.invoke("gcp:compute/getInstance:getInstance", { selfLink });
    expect(found).toMatchObject({ name: "train", zone });
});

test("a disk leaves a snapshot when it is deleted, if it has to", () => {
    const { world } = prepared();
    const found = (inputs: Inputs) => world.provider.invoke("gcp:compute/getSnapshot:getSnapshot", inputs);
    const long = "d".repeat(49);
    const disk = world.make("Disk", { name: long, zone, size: 20, createSnapshotBeforeDestroy: true });
    expect(refusalOf(() => world.remove(disk))).toBe(
        'Your disk name is too long to perform this action. The max is 48 characters. Please use "create_snapshot_before_destroy_prefix" to set a custom name for the snapshot.',
    );
    world.remove(world.update(disk, { ...disk.inputs, createSnapshotBeforeDestroyPrefix: "kept" }));
    const { name, diskSizeGb } = found({ filter: "diskSizeGb = 20" });
    expect(name).toMatch(/^kept-\d{8}-\d{6}$/);
    expect(diskSizeGb).toBe(20);
});

test("a filter finds one snapshot, or the latest of several", () => {
    const { world } = prepared();
    const found = (inputs: Inputs) => world.provider.invoke("gcp:compute/getSnapshot:getSnapshot", inputs).name;
    world.make("Disk", { name: "data", zone, size: 20 });
    for (const name of ["monday", "tuesday"]) {
        world.make("Snapshot", { name, sourceDisk: "data", zone, labels: { day: name } });
    }
    expect(found({ filter: "labels.day = tuesday" })).toBe("tuesday");
    const several = "Please refine your filter or set most_recent to return exactly one snapshot";
    expect(refusalOf(() => found({ filter: "diskSizeGb = 20" }))).toBe(
        `your filter has returned 2 snapshot(s). ${several}`,
    );
    expect(refusalOf(() => found({ filter: "name = friday", mostRecent: true }))).toBe(
        `your filter has returned 0 snapshot(s). ${several}`,
    );
    expect(found({ filter: "diskSizeGb = 20", mostRecent: true })).toMatch(/^(mon|tues)day$/);
    expect(refusalOf(() => found({}))).toBe("one of name or filter must be set");
});

test("an alias range is in the subnetwork, or in a secondary range of it", () => {
    const { world, make } = prepared();
    const secondaryIpRanges = [{ rangeName: "pods", ipCidrRange: "10.8.0.0/20" }];
    world.make("Subnetwork", { name: "more", network: "private", ipCidrRange: "10.7.0.0/24", secondaryIpRanges });
    const aliasIpRanges = [
        { subnetworkRangeName: "pods", ipCidrRange: "10.8.1.0/24" },
        { subnetworkRangeName: "pods", ipCidrRange: "/28" },
        { ipCidrRange: "10.7.0.9" },
    ];
    const made = make({ networkInterfaces: [{ subnetwork: "more", aliasIpRanges }] });
    expect(made.state.networkInterfaces[0].aliasIpRanges).toMatchObject(aliasIpRanges);
    expect(world.changed(made)).toEqual([]);
});
