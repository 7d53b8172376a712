import type { Cloud } from "../../cloud/cloud";
import { OperationError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { environmentsOf } from "./names";
import { type Image, imageVersionOf, isComposer3 } from "./versions";

/**
 * The quota that environments of Cloud Composer 2 come to first, as GKE told one that could not be made: how many a project has in a
 * region ("Allocation quotas"), and how many the cluster of an environment asks for (hashicorp/terraform-provider-google, issue 15082).
 * Cloud Composer 3 has its cluster at Google.
 */
const quota = "INSTANCE_GROUP_MANAGERS";
const most = 150;
const each = 22;

/** Fails as an environment does whose cluster cannot be made; the provider removes it again. */
export function startCluster({ project, region }: Inputs, { generation }: Image, cloud: Cloud): void {
    const others = environmentsOf(cloud, project).filter(
        ({ state }) => state.region === region && !isComposer3(imageVersionOf(state)),
    );
    const available = most - others.length * each;
    if (generation === 2 && available < each) {
        throw new OperationError(
            7,
            `CREATE operation failed. Could not trigger cluster creation: Insufficient regional quota to satisfy request: resource "${quota}": request requires '${each}.0' and is short '${each - available}.0'. project has a quota of '${most}.0' with '${available}.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${project}`,
        );
    }
}
