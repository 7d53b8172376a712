import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Entry } from "../../cloud/store";
import type { Inputs, TypeRules } from "../../rules/rules";
import { boundBy } from "./bound";
import { badField, bindingsOf, forbidden, nameOf, requireApi, valuesOf, verifyShortName } from "./names";

const keyOf = (cloud: Cloud, { parent }: Inputs): Entry | undefined => cloud.store.read(nameOf(String(parent)));

export const tagValue: TypeRules = {
    noun: "TagValue",
    generatedNoun: "TagsTagValue",
    project: (inputs, { cloud }) => keyOf(cloud, inputs)?.project ?? "",
    id: ({ name }) => `tagValues/${name}`,
    name: ({ name }) => nameOf(`tagValues/${name}`),
    verify: (inputs, { cloud, project }, old) => {
        requireApi(cloud, project);
        const { parent, shortName } = inputs;
        if (!/^tagKeys\/\d+$/.test(parent)) {
            throw badField("tag_value.parent", "must be of the form tagKeys/{tag_key_id}");
        }
        if (!keyOf(cloud, inputs)) {
            throw forbidden();
        }
        verifyShortName(shortName, "tag_value");
        const siblings = valuesOf(cloud).filter(({ state }) => state.parent === parent && state.name !== old?.name);
        if (siblings.some(({ state }) => state.shortName === shortName)) {
            throw new GoogleError(409, `A TagValue with short name ${shortName} already exists in ${parent}.`, {
                reason: "alreadyExists",
            });
        }
    },
    state: (inputs, { cloud }, old) => ({
        name: old?.name ?? digits(`value ${inputs.parent}/${inputs.shortName} ${process.hrtime.bigint()}`, 15),
        namespacedName: `${keyOf(cloud, inputs)?.state.namespacedName}/${inputs.shortName}`,
        createTime: old?.createTime ?? new Date().toISOString(),
        updateTime: new Date().toISOString(),
        deletionPolicy: old?.deletionPolicy ?? "DELETE",
    }),
    changesOnUpdate: ["updateTime"],
    verifyRemoval: ({ name }, { cloud }) => {
        const id = `tagValues/${name}`;
        const bound = bindingsOf(cloud).find(({ state }) => boundBy(cloud, String(state.tagValue))?.id === id);
        if (bound) {
            const region = bound.state.location ?? "global";
            // The words are those of https://github.com/hashicorp/terraform-provider-google/issues/16685.
            throw new OperationError(
                9,
                `Cannot delete tag value, ${id}, because it is still attached to resources in '${region}' region. To delete this tag value, remove all holds and then remove it from all resources. At least one binding was found to an active or deleted resource in the '${region}' region.`,
            ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/16685");
        }
    },
};
