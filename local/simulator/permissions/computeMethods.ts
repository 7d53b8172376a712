import type { Listed } from "./listed";

/** Methods of Compute Engine and Identity-Aware Proxy that the data lacks, or for which it lists more than each call requires. */
export const computeMethods: Listed[] = [
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/addresses/insert",
        methods: { "compute.addresses.insert": ["compute.addresses.create"] },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/addresses/delete",
        methods: {
            "compute.addresses.delete": ["compute.addresses.delete"],
            "compute.addresses.deleteInternal": ["compute.addresses.deleteInternal"],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/globalAddresses/delete",
        methods: {
            "compute.globalAddresses.delete": ["compute.globalAddresses.delete"],
            "compute.globalAddresses.deleteInternal": ["compute.globalAddresses.deleteInternal"],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/globalAddresses/insert",
        methods: { "compute.globalAddresses.insert": ["compute.globalAddresses.create"] },
    },
    {
        // Audit logs of a deployment: the reference of most of these methods only has the first permission.
        source: "https://github.com/ryvn-technologies/blueprints/blob/main/gcp/gke/permissions/README.md",
        methods: {
            "compute.firewalls.insert": ["compute.firewalls.create", "compute.networks.updatePolicy"],
            "compute.globalAddresses.insertInternal": [
                "compute.globalAddresses.createInternal",
                "compute.networks.use",
            ],
            "compute.routers.insert": ["compute.routers.create", "compute.networks.updatePolicy"],
            "compute.routers.patch": ["compute.routers.get", "compute.routers.update", "compute.networks.updatePolicy"],
            "compute.subnetworks.insert": ["compute.subnetworks.create", "compute.networks.updatePolicy"],
            "container.projects.locations.getServerConfig": ["container.clusters.list"],
            "servicenetworking.services.connections.create": ["servicenetworking.services.addPeering"],
            "servicenetworking.services.connections.patch": ["servicenetworking.services.addPeering"],
        },
    },
    {
        source: "https://cloud.google.com/vpc/docs/provisioning-shared-vpc",
        methods: {
            "compute.projects.disableXpnHost": ["compute.organizations.disableXpnHost"],
            "compute.projects.disableXpnResource": ["compute.organizations.disableXpnResource"],
            "compute.projects.enableXpnHost": ["compute.organizations.enableXpnHost"],
            "compute.projects.enableXpnResource": ["compute.organizations.enableXpnResource"],
        },
    },
    {
        // Endpoints are registered in Service Directory.
        source: "https://cloud.google.com/vpc/docs/configure-private-service-connect-services",
        methods: {
            "compute.addresses.insertInternal": ["compute.addresses.createInternal", "compute.subnetworks.use"],
            "compute.forwardingRules.insertEndpoint": [
                "compute.forwardingRules.create",
                "compute.forwardingRules.pscCreate",
                "compute.addresses.use",
                "compute.networks.use",
                "compute.subnetworks.use",
                "servicedirectory.namespaces.create",
                "servicedirectory.services.create",
            ],
            "compute.forwardingRules.deleteEndpoint": [
                "compute.forwardingRules.delete",
                "compute.forwardingRules.pscDelete",
                "servicedirectory.namespaces.delete",
                "servicedirectory.services.delete",
            ],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/serviceAttachments/insert",
        methods: { "compute.forwardingRules.use": ["compute.forwardingRules.use"] },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules/setLabels",
        methods: {
            "compute.forwardingRules.setLabelsOfEndpoint": [
                "compute.forwardingRules.setLabels",
                "compute.forwardingRules.pscSetLabels",
            ],
        },
    },
    {
        // Google makes a private zone for the names of the endpoints.
        source: "https://cloud.google.com/vpc/docs/configure-private-service-connect-apis",
        methods: {
            "compute.globalForwardingRules.insertEndpoint": [
                "compute.globalForwardingRules.create",
                "compute.globalForwardingRules.pscCreate",
                "compute.globalAddresses.use",
                "compute.networks.use",
                "servicedirectory.namespaces.create",
                "servicedirectory.namespaces.associatePrivateZone",
                "dns.managedZones.create",
            ],
            "compute.globalForwardingRules.deleteEndpoint": [
                "compute.globalForwardingRules.delete",
                "compute.globalForwardingRules.pscDelete",
                "servicedirectory.namespaces.delete",
                "dns.managedZones.delete",
            ],
            "compute.globalForwardingRules.setLabelsOfEndpoint": [
                "compute.globalForwardingRules.setLabels",
                "compute.globalForwardingRules.pscSetLabels",
            ],
        },
    },
    {
        source: "https://cloud.google.com/iap/docs/managing-access",
        methods: {
            "iap.getIamPolicy": ["iap.webTypes.getIamPolicy"],
            "iap.setIamPolicy": ["iap.webTypes.setIamPolicy"],
            "iap.webServices.getIamPolicy": ["iap.webServices.getIamPolicy"],
            "iap.webServices.setIamPolicy": ["iap.webServices.setIamPolicy"],
        },
    },
    {
        source: "https://cloud.google.com/iap/docs/managing-access",
        methods: {
            "iap.getIamPolicyOfBackend": ["iap.webServices.getIamPolicy"],
            "iap.setIamPolicyOfBackend": ["iap.webServices.setIamPolicy"],
        },
    },
    {
        // Whoever creates the rule of a proxy needs no permissions of networks, unless it has proxies in one.
        source: "https://cloud.google.com/load-balancing/docs/access-control",
        methods: {
            "compute.forwardingRules.insertOfProxy": ["compute.forwardingRules.create"],
            "compute.globalForwardingRules.insertOfProxy": ["compute.globalForwardingRules.create"],
            "compute.forwardingRules.setLabels": ["compute.forwardingRules.setLabels"],
            "compute.globalForwardingRules.setLabels": ["compute.globalForwardingRules.setLabels"],
            "compute.forwardingRules.delete": ["compute.forwardingRules.delete"],
            "compute.forwardingRules.patch": ["compute.forwardingRules.update"],
            "compute.globalForwardingRules.delete": ["compute.globalForwardingRules.delete"],
            "compute.forwardingRules.setTarget": ["compute.forwardingRules.setTarget"],
            "compute.globalForwardingRules.setTarget": ["compute.globalForwardingRules.setTarget"],
            // Google asks for the permission to use what a resource refers to.
            ...Object.fromEntries(
                [
                    "backendBuckets",
                    "backendServices",
                    "instanceGroupManagers",
                    "networks",
                    "regionBackendServices",
                    "regionSecurityPolicies",
                    "regionSslPolicies",
                    "regionTargetHttpProxies",
                    "regionTargetHttpsProxies",
                    "regionTargetTcpProxies",
                    "regionUrlMaps",
                    "securityPolicies",
                    "sslPolicies",
                    "subnetworks",
                    "targetHttpProxies",
                    "targetHttpsProxies",
                    "urlMaps",
                ].map((kind) => [`compute.${kind}.use`, [`compute.${kind}.use`]]),
            ),
        },
    },
    {
        // The data has all permissions that any argument can require; calls name the others by the arguments.
        source: "https://cloud.google.com/compute/docs/instances/create-start-instance",
        methods: {
            "compute.instances.insert": [
                "compute.instances.create",
                "compute.disks.create",
                "compute.instances.setMetadata",
                "compute.instances.setLabels",
                "compute.instances.setServiceAccount",
            ],
            "compute.subnetworks.useExternalIp": ["compute.subnetworks.useExternalIp"],
            "compute.disks.use": ["compute.disks.use"],
            "compute.disks.useReadOnly": ["compute.disks.useReadOnly"],
            "compute.snapshots.useReadOnly": ["compute.snapshots.useReadOnly"],
            "compute.resourcePolicies.use": ["compute.resourcePolicies.use"],
            "iam.serviceAccounts.actAs": ["iam.serviceAccounts.actAs"],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/disks/scheduled-snapshots",
        methods: {
            "compute.disks.insert": ["compute.disks.create", "compute.disks.setLabels"],
            "compute.regionDisks.insert": ["compute.disks.create", "compute.disks.setLabels"],
            "compute.resourcePolicies.patch": ["compute.resourcePolicies.update", "compute.resourcePolicies.get"],
        },
    },
    {
        source: "https://cloud.google.com/iap/docs/managing-access",
        methods: {
            "iap.tunnelInstances.getIamPolicy": ["iap.tunnelInstances.getIamPolicy"],
            "iap.tunnelInstances.setIamPolicy": ["iap.tunnelInstances.setIamPolicy"],
        },
    },
    {
        // The data has a permission of instances, for groups of endpoints that are instances.
        source: "https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts",
        methods: {
            "compute.regionNetworkEndpointGroups.delete": ["compute.regionNetworkEndpointGroups.delete"],
        },
    },
];
