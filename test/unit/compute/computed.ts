import type { ComputedBy, Inputs } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:compute/getImage:getImage": ({ project, family }) => ({
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/global/images/${family}-v20261110`,
    }),
    "gcp:compute/getDisk:getDisk": ({ name, zone, project }) => ({
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/disks/${name}`,
        users: [],
    }),
    "gcp:compute/getRegionDisk:getRegionDisk": ({ name, region, project }) => ({
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/disks/${name}`,
        users: [],
    }),
    "gcp:compute/disk:Disk": ({ name, zone }, project) => ({
        id: `projects/${project}/zones/${zone}/disks/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/disks/${name}`,
    }),
    "gcp:compute/regionDisk:RegionDisk": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/disks/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/disks/${name}`,
    }),
    "gcp:compute/resourcePolicy:ResourcePolicy": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/resourcePolicies/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/resourcePolicies/${name}`,
    }),
    "gcp:compute/instance:Instance": ({ name, zone, networkInterfaces }, project) => ({
        id: `projects/${project}/zones/${zone}/instances/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instances/${name}`,
        project,
        networkInterfaces: (networkInterfaces as Inputs[]).map((each) => ({ ...each, networkIp: "10.0.0.2" })),
    }),
    "gcp:compute/instanceGroup:InstanceGroup": ({ name, zone }, project) => ({
        id: `projects/${project}/zones/${zone}/instanceGroups/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instanceGroups/${name}`,
    }),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": ({ baseInstanceName }) => ({
        instanceGroup: `${baseInstanceName}-instances`,
    }),
};
