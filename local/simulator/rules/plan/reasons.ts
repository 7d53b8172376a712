const inService = "The rules of the service compare this value in the same way.";
const validated = "The rules of the service refuse this value together with others.";
const byApi = "The API refuses the same values, which the local one does with the API's words.";
const byProvider = "The local provider adds the value of its configuration to the inputs of all types.";
const byLabels = "The local provider computes all labels and annotations in one place for all types.";
const shortNames = "The code completes short names of scopes, and components only use full ones.";
const notCreated = "Components create no resource with the block that this is about.";

/**
 * Functions of the provider's code that have no rule of their own, with the reason. All others are rules of a service (`plan`), of
 * `suppressions.ts` or `blocks.ts`, or normalize or validate a value in a service.
 */
export const withoutRule: Record<string, string> = {
    'tpgresource.DefaultProviderDeletionPolicy("DELETE")': byProvider,
    'tpgresource.DefaultProviderDeletionPolicy("PREVENT")': byProvider,
    "tpgresource.DefaultProviderProject": byProvider,
    "tpgresource.DefaultProviderRegion": byProvider,
    "tpgresource.SetAnnotationsDiff": byLabels,
    'tpgresource.SetDiffForLabelsWithCustomizedName("resource_labels")': byLabels,
    "tpgresource.SetLabelsDiff": byLabels,
    "tpgresource.SetLabelsDiffWithoutAttributionLabel": byLabels,
    "customdiff.If(suppressEmptyGuestAcceleratorDiff)": "Components create no accelerators with a count of zero.",
    computeAttachedDiskDefaultProviderZone:
        "It sets the zone in the path of the instance, which the rules of the type do.",
    containerClusterAutopilotPrivilegedAdmissionCustomizeDiff: "It only sets a default that the API answers, too.",
    containerClusterNetworkPolicyEmptyCustomizeDiff: "It only makes an output unknown that the server sets.",
    customCollationDiff: "It shows a collation that is set to an empty text as a change, which it is here, too.",
    resourceComputeSubnetworkSecondaryIpRangeSetStyleDiff:
        "It only orders ranges, which are compared in any order here.",
    sendSecondaryIpRangeIfEmptyDiff: "It only sends a removal, which is a change here in any case.",
    resourceServiceAccountCustomDiff: "It only makes the email known at preview, which the account's rules do.",
    resourceStorageBucketObjectCustomizeDiff:
        "It only makes outputs of the content unknown, which the object's rules do.",
    "services/storage/resource_storage_bucket_object.go:225": inService,
    bigQueryTableSchemaDiffSuppress: inService,
    composerImageVersionDiffSuppress: inService,
    containerClusterPrivateClusterConfigSuppress: inService,
    diffSuppressIamUserName: inService,
    monitoringDashboardDiffSuppress: inService,
    resourceBigQueryDatasetAccessIamMemberDiffSuppress: inService,
    resourceBigQueryDatasetAccessRoleDiffSuppress: inService,
    containerNodePoolResourceLabelsDiffSuppress:
        "Labels that the program never had are no difference for any type here.",
    "services/compute/resource_compute_instance.go:1430": shortNames,
    "services/compute/resource_compute_region_instance_template.go:1033": shortNames,
    "services/container/node_config.go:587": shortNames,
    "services/orgpolicy/resource_org_policy_policy.go:286": notCreated,
    "services/orgpolicy/resource_org_policy_policy.go:405":
        "Parameters are JSON that components write in its shortest form.",
    "services/vertexai/resource_vertex_ai_endpoint.go:321":
        "Components do not set the traffic of an endpoint by this property.",
    ValidateInstanceMetadata: "It only warns of containers that are declared in the metadata.",
    validateIAMMember: byApi,
    validateIamPolicy: "The schema's validators refuse the same values (`formats.ts`).",
    labelKeyValidator: byApi,
    "validateHttpHeaders()": validated,
    validateComposerEnvironmentEnvVariables: validated,
    validateComposerEnvironmentPypiPackages: validated,
    validateDuration: notCreated,
    "services/storage/resource_storage_bucket_object.go:297": notCreated,
    validateAvailabilitySli: notCreated,
    "services/compute/resource_compute_region_instance_template.go:87":
        "Components name their templates, without a prefix.",
};
