import { certificateManagerLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import {
    api,
    certificatePath,
    entryPath,
    fullName,
    invalid,
    mapPath,
    missing,
    taken,
    verifyDomain,
    verifyName,
    whole,
} from "./names";

const timed = (cloud: Context["cloud"], old?: Inputs) => ({
    createTime: old?.createTime ?? cloud.now().toISOString(),
    updateTime: cloud.now().toISOString(),
});

export const certificateMap: TypeRules = {
    noun: "CertificateMap",
    generatedNoun: "CertificateManagerCertificateMap",
    api,
    id: mapPath,
    changesOnUpdate: ["updateTime"],
    taken: (inputs) => taken(mapPath(inputs)),
    verify: verifyName,
    state: (_, { cloud }, old) => ({ gclbTargets: old?.gclbTargets ?? [], ...timed(cloud, old) }),
    remove: (inputs, { cloud }) => {
        if (cloud.store.count(`${fullName(mapPath(inputs))}/certificateMapEntries`) > 0) {
            throw invalid("can't delete certificate map with existing certificate map entries");
        }
    },
};

export const certificateMapEntry: TypeRules = {
    noun: "CertificateMapEntry",
    generatedNoun: "CertificateManagerCertificateMapEntry",
    api,
    id: entryPath,
    compared: { map: lastPart },
    changesOnUpdate: ["updateTime"],
    taken: (inputs) => taken(entryPath(inputs)),
    verify: (inputs, { cloud }, old) => {
        verifyName(inputs);
        const { project, map, certificates = [], hostname, matcher } = inputs;
        const parent = mapPath({ project, name: lastPart(map) });
        if (!cloud.store.read(fullName(parent))) {
            throw missing("certificateMap", parent);
        }
        if (hostname) {
            verifyDomain(hostname);
        }
        const { min, max } = certificateManagerLimits.rows.certificates;
        if (certificates.length < min || certificates.length > max) {
            throw invalid(`A certificate map entry must have ${min} to ${max} certificates.`);
        }
        for (const given of certificates) {
            const path = whole(given, certificatePath, { project, location: "global" });
            if (!cloud.store.read(fullName(path))) {
                throw missing("certificate", path);
            }
        }
        const beside = cloud.store
            .list(`${fullName(parent)}/certificateMapEntries`)
            .find(
                ({ state }) => state.name !== inputs.name && state.hostname === hostname && state.matcher === matcher,
            );
        if (!old && beside) {
            throw new GoogleError(409, `Resource '${beside.id}' already has ${hostname ?? matcher}`);
        }
    },
    state: (inputs, { cloud }, old) => ({
        certificates: inputs.certificates.map((given: string) =>
            whole(given, certificatePath, { project: inputs.project, location: "global" }),
        ),
        state: "PENDING",
        ...timed(cloud, old),
    }),
};
