import type { DiskArgs } from "@pulumi/gcp/compute/disk";
import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type { InstanceTemplateArgs } from "@pulumi/gcp/compute/instanceTemplate";
import type { ProjectMetadataArgs } from "@pulumi/gcp/compute/projectMetadata";
import type { ProjectMetadataItemArgs } from "@pulumi/gcp/compute/projectMetadataItem";
import type { Unwrap } from "@pulumi/pulumi";
import { each, type Rule, rule } from "../rule";

/** What machines, and the templates of machines, have in common. */
type Machine = Partial<Pick<Unwrap<InstanceArgs>, Shared | "name"> & Pick<Unwrap<InstanceTemplateArgs>, Shared>>;

type Shared =
    | "serviceAccount"
    | "metadata"
    | "canIpForward"
    | "shieldedInstanceConfig"
    | "networkInterfaces"
    | "confidentialInstanceConfig";

const machines = /^gcp:compute\/(?:instance|instanceTemplate|regionInstanceTemplate|instanceFromTemplate):/;

/** What a machine from a template leaves out, it has from the template, which is checked itself. */
const isFromTemplate = (type: string) => type.endsWith(":InstanceFromTemplate");

/** Metadata have texts, which the guest reads as booleans. */
const isOn = (value: unknown) => /^(true|yes|y|on|1)$/i.test(String(value));

const defaultAccount = /^\d+-compute@developer\.gserviceaccount\.com$/;
const fullAccess = /^(cloud-platform|https:\/\/www\.googleapis\.com\/auth\/cloud-platform)$/;

/** Machines of GKE, which it creates itself. */
const isOfGke = (name: string | undefined) => name?.startsWith("gke-") === true;

/** Rules of Compute Engine. */
export const compute: Rule[] = [
    rule(
        {
            name: "compute-own-service-account",
            description: "Machines have a service account of their own, not the default one of Compute Engine.",
            cis: { "4.0": ["4.1"], "5.0": ["4.1"] },
            checkov: ["CKV_GCP_30"],
            url: "https://cloud.google.com/compute/docs/access/service-accounts",
        },
        each<Machine>(machines, ({ name, serviceAccount }, { type }) => {
            if (isOfGke(name) || (isFromTemplate(type) && !serviceAccount)) {
                return false;
            }
            const email = serviceAccount?.email;
            return (!email || defaultAccount.test(email)) && "Set 'serviceAccount.email' to an account with few roles.";
        }),
    ),
    rule(
        {
            name: "compute-no-full-access-of-default-account",
            description: "Machines with the default service account do not have access to all APIs.",
            cis: { "4.0": ["4.2"], "5.0": ["4.2"] },
            checkov: ["CKV_GCP_31"],
            url: "https://cloud.google.com/compute/docs/access/service-accounts",
        },
        each<Machine>(machines, ({ serviceAccount }) => {
            const isDefault = !serviceAccount?.email || defaultAccount.test(serviceAccount.email);
            return (
                serviceAccount?.scopes !== undefined &&
                isDefault &&
                serviceAccount.scopes.some((scope) => fullAccess.test(scope)) &&
                "Set 'serviceAccount.email' to an account with few roles, or leave the scope cloud-platform out."
            );
        }),
    ),
    rule(
        {
            name: "compute-no-project-ssh-keys",
            description: "Machines do not accept the SSH keys of the project.",
            cis: { "4.0": ["4.3"], "5.0": ["4.3"] },
            checkov: ["CKV_GCP_32"],
            url: "https://cloud.google.com/compute/docs/connect/restrict-ssh-keys",
        },
        each<Machine>(machines, ({ metadata }, { type }) => {
            return (
                !(isFromTemplate(type) && metadata === undefined) &&
                !isOn(metadata?.["block-project-ssh-keys"]) &&
                'Set \'metadata\' with "block-project-ssh-keys": "true".'
            );
        }),
    ),
    rule(
        {
            name: "compute-os-login",
            description: "OS Login is on for a project, so that IAM decides who signs in to machines.",
            cis: { "4.0": ["4.4"], "5.0": ["4.4"] },
            checkov: ["CKV_GCP_33"],
            url: "https://cloud.google.com/compute/docs/oslogin",
        },
        each<ProjectMetadataArgs>(
            "gcp:compute/projectMetadata:ProjectMetadata",
            ({ metadata }) => !isOn(metadata["enable-oslogin"]) && 'Set \'metadata\' with "enable-oslogin": "true".',
        ),
        each<ProjectMetadataItemArgs>(
            "gcp:compute/projectMetadataItem:ProjectMetadataItem",
            ({ key, value }) => key === "enable-oslogin" && !isOn(value) && "Set 'value' to \"true\".",
        ),
    ),
    rule(
        {
            name: "compute-os-login-not-off",
            description: "Machines do not switch OS Login of their project off.",
            checkov: ["CKV_GCP_34"],
            url: "https://cloud.google.com/compute/docs/oslogin",
        },
        each<Machine>(machines, ({ metadata }) => {
            const value = metadata?.["enable-oslogin"];
            return (
                value !== undefined &&
                !isOn(value) &&
                "Leave 'enable-oslogin' out of 'metadata', or set it to \"true\"."
            );
        }),
    ),
    rule(
        {
            name: "compute-no-serial-port",
            description: "Machines have no interactive serial console.",
            cis: { "4.0": ["4.5"], "5.0": ["4.5"] },
            checkov: ["CKV_GCP_35"],
            url: "https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-serial-console",
        },
        each<Machine>(
            machines,
            ({ metadata }) => isOn(metadata?.["serial-port-enable"]) && "Leave 'serial-port-enable' out of 'metadata'.",
        ),
    ),
    rule(
        {
            name: "compute-no-ip-forwarding",
            description: "Machines do not forward packets of others.",
            cis: { "4.0": ["4.6"], "5.0": ["4.6"] },
            checkov: ["CKV_GCP_36"],
            url: "https://cloud.google.com/vpc/docs/using-routes",
        },
        each<Machine>(
            machines,
            ({ name, canIpForward }) => canIpForward === true && !isOfGke(name) && "Leave 'canIpForward' out.",
        ),
    ),
    rule(
        {
            name: "compute-disks-with-own-key",
            description: "Disks are encrypted with a key of the customer.",
            cis: { "4.0": ["4.7"], "5.0": ["4.7"] },
            checkov: ["CKV_GCP_37", "CKV_GCP_38"],
            url: "https://cloud.google.com/compute/docs/disks/customer-managed-encryption",
            optional: "Disks are always encrypted; a key has a price and a life of its own.",
        },
        each<DiskArgs>(
            "gcp:compute/disk:Disk",
            ({ diskEncryptionKey }) => !diskEncryptionKey && "Set 'diskEncryptionKey'.",
        ),
        each<InstanceArgs>("gcp:compute/instance:Instance", ({ bootDisk }) => {
            return (
                !bootDisk.source &&
                !bootDisk.kmsKeySelfLink &&
                !bootDisk.diskEncryptionKeyRaw &&
                "Set 'bootDisk.kmsKeySelfLink'."
            );
        }),
    ),
    rule(
        {
            name: "compute-shielded",
            description: "Machines are Shielded VMs, with vTPM and integrity monitoring.",
            cis: { "4.0": ["4.8"], "5.0": ["4.8"] },
            checkov: ["CKV_GCP_39"],
            url: "https://cloud.google.com/compute/shielded-vm/docs/shielded-vm",
        },
        each<Machine>(machines, ({ shieldedInstanceConfig }, { type }) => {
            if (isFromTemplate(type) && shieldedInstanceConfig === undefined) {
                return false;
            }
            const { enableVtpm, enableIntegrityMonitoring } = shieldedInstanceConfig ?? {};
            return (
                (!shieldedInstanceConfig || enableVtpm === false || enableIntegrityMonitoring === false) &&
                "Set 'shieldedInstanceConfig' with 'enableVtpm' and 'enableIntegrityMonitoring'."
            );
        }),
    ),
    rule(
        {
            name: "compute-no-public-address",
            description: "Machines have no external IP address.",
            cis: { "4.0": ["4.9"], "5.0": ["4.9"] },
            checkov: ["CKV_GCP_40"],
            url: "https://cloud.google.com/compute/docs/ip-addresses",
        },
        each<Machine>(machines, ({ name, networkInterfaces = [] }) => {
            const hasAddress = networkInterfaces.some(
                ({ accessConfigs = [], ipv6AccessConfigs = [] }) => accessConfigs.length + ipv6AccessConfigs.length > 0,
            );
            return (
                hasAddress &&
                !isOfGke(name) &&
                "Leave 'accessConfigs' out of 'networkInterfaces': Cloud NAT and IAP work without an external address."
            );
        }),
    ),
    rule(
        {
            name: "compute-confidential",
            description: "Machines encrypt their memory (Confidential VM).",
            cis: { "4.0": ["4.11"], "5.0": ["4.11"] },
            url: "https://cloud.google.com/confidential-computing/confidential-vm/docs/confidential-vm-overview",
            optional: "Confidential VMs need certain machine types, and cost more.",
        },
        each<Machine>(machines, ({ confidentialInstanceConfig }, { type }) => {
            if (isFromTemplate(type) && confidentialInstanceConfig === undefined) {
                return false;
            }
            const { enableConfidentialCompute, confidentialInstanceType } = confidentialInstanceConfig ?? {};
            return (
                enableConfidentialCompute !== true && !confidentialInstanceType && "Set 'confidentialInstanceConfig'."
            );
        }),
    ),
];
