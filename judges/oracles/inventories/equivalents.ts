import { isObject, type Values } from "./values";

/** The roles of IAM that BigQuery maps to the basic roles of datasets: https://docs.cloud.google.com/bigquery/docs/access-control#bigquery.dataOwner */
const basicRoles: Record<string, string> = {
    READER: "roles/bigquery.dataViewer",
    WRITER: "roles/bigquery.dataEditor",
    OWNER: "roles/bigquery.dataOwner",
};

/** The members that datasets call otherwise: https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/datasets#resource:-dataset */
const groups: Record<string, string> = {
    projectOwners: "projectOwner",
    projectReaders: "projectViewer",
    projectWriters: "projectEditor",
};

/** What a resource is compared by: its type, and its inputs by Pulumi's names. */
interface Compared {
    type: string;
    inputs: Values;
}

/**
 * A resource in the form in which it is compared, as Google Cloud has several for the same thing, and without the path of a local file. One that grants roles is one of the type
 * `…_iam` for each role and member.
 */
export function inOneForm({ type, inputs }: Compared): Compared[] {
    switch (type) {
        case "google_storage_bucket_object": {
            const { source: _, ...rest } = inputs;
            return [{ type, inputs: rest }];
        }
        case "google_compute_managed_ssl_certificate":
        case "google_compute_ssl_certificate":
        case "google_compute_region_ssl_certificate":
            return [certificateOf(type, inputs)];
        case "google_compute_region_health_check": {
            // Load balancers in a region take regional health checks, and global ones if they are internal.
            const { region: _, ...rest } = inputs;
            return [{ type: "google_compute_health_check", inputs: rest }];
        }
        case "google_container_node_pool":
            return [{ type, inputs: withDisks(inputs) }];
        case "google_bigquery_dataset_access":
            return [accessOf(inputs)];
        case "google_compute_region_instance_group_manager":
            return [groupOfZone(inputs)];
        case "google_compute_region_autoscaler":
        case "google_compute_autoscaler":
        case "google_compute_region_per_instance_config":
        case "google_compute_per_instance_config":
            return [ofGroup(type, inputs)];
        case "google_compute_region_instance_template":
            return [{ type: "google_compute_instance_template", inputs }];
        default: {
            const [, granting] = /^(.*_iam)_(?:binding|member)$/.exec(type) ?? [];
            return granting ? grants(granting, inputs) : [{ type, inputs }];
        }
    }
}

/**
 * A group whose instances are all in one zone, as one of the zone: it has no instances to distribute.
 * https://docs.cloud.google.com/compute/docs/instance-groups/regional-migs
 */
function groupOfZone(inputs: Values): Compared {
    const { region: _, distributionPolicyZones, distributionPolicyTargetShape: __, updatePolicy, ...rest } = inputs;
    const [zone, ...others] = (distributionPolicyZones ?? []) as unknown[];
    if (zone === undefined || others.length > 0) {
        return { type: "google_compute_region_instance_group_manager", inputs };
    }
    const { instanceRedistributionType: ___, ...update } = (updatePolicy ?? {}) as Values;
    return { type: "google_compute_instance_group_manager", inputs: { ...rest, zone, updatePolicy: update } };
}

/** What belongs to a group is where the group is, and refers to it by its place. */
function ofGroup(type: string, { region: _, zone: __, regionInstanceGroupManager, ...rest }: Values): Compared {
    const group = regionInstanceGroupManager === undefined ? {} : { instanceGroupManager: regionInstanceGroupManager };
    return { type: type.replace("_region_", "_"), inputs: { ...rest, ...group } };
}

/**
 * A certificate of Compute Engine, as Certificate Manager has it. Google recommends Certificate Manager:
 * https://docs.cloud.google.com/load-balancing/docs/ssl-certificates#certificate-manager
 */
function certificateOf(
    type: string,
    { certificate, privateKey, managed, region, type: _, ...inputs }: Values,
): Compared {
    const location = type.includes("region") && { location: region };
    const own = certificate !== undefined && {
        selfManaged: { pemCertificate: certificate, pemPrivateKey: privateKey },
    };
    return {
        type: "google_certificate_manager_certificate",
        inputs: { ...inputs, ...location, ...own, ...(managed !== undefined && { managed }) },
    };
}

/** Access with a role is a grant on the dataset; access of a view, a routine or a dataset is not. */
function accessOf(inputs: Values): Compared {
    const { datasetId, project, role } = inputs;
    const granted = { datasetId, project, role: basicRoles[String(role)] ?? role, member: memberOf(inputs) };
    return role === undefined
        ? { type: "google_bigquery_dataset_access", inputs }
        : { type: "google_bigquery_dataset_iam", inputs: granted };
}

function grants(type: string, inputs: Values): Compared[] {
    const { members, member, ...rest } = ofSecondVersion(type, inputs);
    const all = members === undefined ? [member] : (members as unknown[]);
    return all.map((each) => ({
        type: type.replace("cloud_run_service", "cloud_run_v2_service"),
        inputs: each === undefined ? rest : { ...rest, member: each },
    }));
}

/** The grant on a Cloud Run service in the first version of the API, as it is in the second one. */
function ofSecondVersion(type: string, { service, ...inputs }: Values): Values {
    return type === "google_cloud_run_service_iam"
        ? { ...inputs, name: service }
        : service === undefined
          ? inputs
          : { ...inputs, service };
}

/**
 * Nodes have the size and the type of their boot disk in a block or beside it, and the number of local SSDs for ephemeral storage in a block that
 * has another name in the beta provider: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#nested_node_config
 */
function withDisks({ nodeConfig, ...inputs }: Values): Values {
    if (!isObject(nodeConfig)) {
        return inputs;
    }
    const { bootDisk = {}, ephemeralStorageConfig, ...rest } = nodeConfig;
    const { sizeGb, diskType, ...disk } = bootDisk as Values;
    const beside = {
        ...(sizeGb !== undefined && { diskSizeGb: sizeGb }),
        ...(diskType !== undefined && { diskType }),
        ...(Object.keys(disk).length > 0 && { bootDisk: disk }),
        ...(ephemeralStorageConfig !== undefined && { ephemeralStorageLocalSsdConfig: ephemeralStorageConfig }),
    };
    return { ...inputs, nodeConfig: { ...rest, ...beside } };
}

function memberOf({ userByEmail, groupByEmail, specialGroup, project, iamMember }: Values): unknown {
    if (userByEmail !== undefined) {
        return `user:${userByEmail}`;
    }
    return groupByEmail !== undefined
        ? `group:${groupByEmail}`
        : specialGroup !== undefined
          ? `${groups[String(specialGroup)]}:${project}`
          : iamMember;
}
