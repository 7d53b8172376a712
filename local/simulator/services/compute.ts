import { accountName } from "../cloud/iam";
import { zonesOf } from "../cloud/zones";
import type { Context, Inputs, Service } from "../rules/rules";
import { address, globalAddress } from "./compute/address";
import { firewall } from "./compute/firewall";
import { forwardingRule, globalForwardingRule } from "./compute/forwardingRule";
import { regionAutoscaler } from "./compute/groups/autoscaler";
import { regionInstanceGroupManager } from "./compute/groups/group";
import { healthCheck, regionHealthCheck } from "./compute/groups/healthCheck";
import { regionInstanceTemplate } from "./compute/groups/template";
import { instanceGroup, instanceGroupMembership } from "./compute/groups/unmanagedGroup";
import { backendBucket } from "./compute/loadBalancing/backendBucket";
import { backendService, regionBackendService } from "./compute/loadBalancing/backendService";
import { endpointGroup } from "./compute/loadBalancing/endpointGroup";
import {
    globalEndpoint,
    globalEndpointGroup,
    regionalEndpoint,
    zonalEndpoint,
    zonalEndpointGroup,
} from "./compute/loadBalancing/endpoints";
import {
    httpProxy,
    httpsProxy,
    regionHttpProxy,
    regionHttpsProxy,
    regionTcpProxy,
} from "./compute/loadBalancing/proxy";
import { regionSecurityPolicy, securityPolicy } from "./compute/loadBalancing/securityPolicy";
import { regionUrlMap, urlMap } from "./compute/loadBalancing/urlMap";
import { lookups } from "./compute/lookups";
import { attachedDisk } from "./compute/machines/attachedDisk";
import { disk, regionDisk } from "./compute/machines/disk";
import { getImage } from "./compute/machines/images";
import { instance } from "./compute/machines/instance";
import { machinePolicies } from "./compute/machines/policies";
import { diskPolicyAttachment, regionDiskPolicyAttachment, resourcePolicy } from "./compute/machines/resourcePolicy";
import { snapshot } from "./compute/machines/snapshot";
import { computeApi } from "./compute/names";
import { getNetworks, network } from "./compute/network";
import { peeringRoutes } from "./compute/peeringRoutes";
import { route } from "./compute/route";
import { router } from "./compute/router";
import { routerNat } from "./compute/routerNat";
import { serviceAttachment } from "./compute/serviceAttachment";
import { sharedVpcHost, sharedVpcService } from "./compute/sharedVpc";
import { regionSslPolicy, sslPolicy } from "./compute/sslPolicy";
import { subnetwork } from "./compute/subnetwork";
import { subnetworkPolicies } from "./compute/subnetworkPolicies";

export { computeApi, networkPath, subnetworkPath } from "./compute/names";
export { findNetwork, networkUser } from "./compute/network";
export { releaseServerless, reserveServerless } from "./compute/serverless";
export { findSubnetwork, subnetworkUser } from "./compute/subnetwork";

/** The zones of a region, all available. */
function getZones(inputs: Inputs, { cloud, project: ownProject, region: ownRegion }: Context): Inputs {
    const { project = ownProject, region = ownRegion, status } = inputs;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    cloud.projects.requireApi(project as string, ...computeApi);
    const id = `projects/${project}/regions/${region}`;
    return { id, project, region, status, names: status === "DOWN" ? [] : zonesOf(region) };
}

/**
 * Compute Engine's default service account. The provider reads the project and then the account:
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/data_source_google_compute_default_service_account.go
 */
function getDefaultServiceAccount(inputs: Inputs, { cloud, project: ownProject }: Context): Inputs {
    const project = String(inputs.project ?? ownProject);
    cloud.projects.requireApi(project, ...computeApi);
    const email = `${cloud.projects.number(project)}-compute@developer.gserviceaccount.com`;
    const name = `projects/${project}/serviceAccounts/${email}`;
    const { displayName = "", uniqueId = "" } = cloud.store.read(accountName(email))?.state ?? {};
    return { id: name, name, project, email, member: `serviceAccount:${email}`, displayName, uniqueId };
}

const service: Service = {
    titles: Object.fromEntries([computeApi]),
    methods: { compute: { create: "insert", isFlat: true, operations: { "": "globalOperations.get" } } },
    lookups,
    types: {
        "gcp:compute/address:Address": address,
        "gcp:compute/attachedDisk:AttachedDisk": attachedDisk,
        "gcp:compute/backendBucket:BackendBucket": backendBucket,
        "gcp:compute/backendService:BackendService": backendService,
        "gcp:compute/disk:Disk": disk,
        "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment": diskPolicyAttachment,
        "gcp:compute/firewall:Firewall": firewall,
        "gcp:compute/forwardingRule:ForwardingRule": forwardingRule,
        "gcp:compute/globalAddress:GlobalAddress": globalAddress,
        "gcp:compute/globalForwardingRule:GlobalForwardingRule": globalForwardingRule,
        "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint": globalEndpoint,
        "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup": globalEndpointGroup,
        "gcp:compute/healthCheck:HealthCheck": healthCheck,
        "gcp:compute/instance:Instance": instance,
        "gcp:compute/instanceGroup:InstanceGroup": instanceGroup,
        "gcp:compute/instanceGroupMembership:InstanceGroupMembership": instanceGroupMembership,
        "gcp:compute/network:Network": network,
        "gcp:compute/networkEndpoint:NetworkEndpoint": zonalEndpoint,
        "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": zonalEndpointGroup,
        "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig": peeringRoutes,
        "gcp:compute/regionAutoscaler:RegionAutoscaler": regionAutoscaler,
        "gcp:compute/regionBackendService:RegionBackendService": regionBackendService,
        "gcp:compute/regionDisk:RegionDisk": regionDisk,
        "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment": regionDiskPolicyAttachment,
        "gcp:compute/regionHealthCheck:RegionHealthCheck": regionHealthCheck,
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": regionInstanceGroupManager,
        "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": regionInstanceTemplate,
        "gcp:compute/regionNetworkEndpoint:RegionNetworkEndpoint": regionalEndpoint,
        "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": endpointGroup,
        "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy": regionSecurityPolicy,
        "gcp:compute/regionSslPolicy:RegionSslPolicy": regionSslPolicy,
        "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy": regionHttpProxy,
        "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy": regionHttpsProxy,
        "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy": regionTcpProxy,
        "gcp:compute/regionUrlMap:RegionUrlMap": regionUrlMap,
        "gcp:compute/resourcePolicy:ResourcePolicy": resourcePolicy,
        "gcp:compute/route:Route": route,
        "gcp:compute/router:Router": router,
        "gcp:compute/routerNat:RouterNat": routerNat,
        "gcp:compute/serviceAttachment:ServiceAttachment": serviceAttachment,
        "gcp:compute/sSLPolicy:SSLPolicy": sslPolicy,
        "gcp:compute/securityPolicy:SecurityPolicy": securityPolicy,
        "gcp:compute/sharedVPCHostProject:SharedVPCHostProject": sharedVpcHost,
        "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject": sharedVpcService,
        "gcp:compute/snapshot:Snapshot": snapshot,
        "gcp:compute/subnetwork:Subnetwork": subnetwork,
        "gcp:compute/targetHttpProxy:TargetHttpProxy": httpProxy,
        "gcp:compute/targetHttpsProxy:TargetHttpsProxy": httpsProxy,
        "gcp:compute/uRLMap:URLMap": urlMap,
        ...machinePolicies,
        ...subnetworkPolicies,
    },
    functions: {
        "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount": getDefaultServiceAccount,
        "gcp:compute/getImage:getImage": getImage,
        "gcp:compute/getNetworks:getNetworks": getNetworks,
        "gcp:compute/getZones:getZones": getZones,
    },
    functionMethods: {
        "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount": [
            "compute.projects.get",
            "iam.projects.serviceAccounts.get",
        ],
        // Everyone may read public images.
        "gcp:compute/getImage:getImage": [],
        "gcp:compute/getNetworks:getNetworks": ["compute.networks.list"],
        "gcp:compute/getZones:getZones": ["compute.zones.list"],
    },
};

export default service;
