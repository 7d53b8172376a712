import { certificateManagerLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { proxyWith } from "./certificate";
import {
    alreadyExists,
    api,
    certificatePath,
    entryPath,
    expandPath,
    fullName,
    invalid,
    mapPath,
    notFound,
    verifyDomain,
    verifyName,
} from "./names";

const timed = (cloud: Context["cloud"], old?: Inputs) => ({
    createTime: old?.createTime ?? cloud.now().toISOString(),
    updateTime: cloud.now().toISOString(),
});

export const certificateMap: TypeRules = {
    noun: "CertificateMap",
    generatedNoun: "CertificateManagerCertificateMap",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: mapPath,
    changesOnUpdate: ["updateTime"],
    alreadyExists: (inputs) => alreadyExists(mapPath(inputs)),
    verify: verifyName,
    state: (_, { cloud }, old) => ({ gclbTargets: old?.gclbTargets ?? [], ...timed(cloud, old) }),
    remove: (inputs, { cloud }) => {
        if (cloud.store.count(`${fullName(mapPath(inputs))}/certificateMapEntries`) > 0) {
            throw invalid("can't delete certificate map with existing certificate map entries");
        }
        const proxy = proxyWith(cloud, inputs.project, mapPath(inputs));
        if (proxy) {
            throw invalid(
                `can't delete certificate map that is referenced by a TargetHttpsProxy ${JSON.stringify(proxy.id)}`,
            );
        }
    },
};

export const certificateMapEntry: TypeRules = {
    noun: "CertificateMapEntry",
    generatedNoun: "CertificateManagerCertificateMapEntry",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: entryPath,
    changesOnUpdate: ["updateTime"],
    alreadyExists: (inputs) => alreadyExists(entryPath(inputs)),
    verify: (inputs, { cloud }, old) => {
        verifyName(inputs);
        const { project, map, certificates = [], hostname, matcher } = inputs;
        const parent = mapPath({ project, name: lastPart(map) });
        if (!cloud.store.read(fullName(parent))) {
            throw notFound(parent);
        }
        if (hostname) {
            verifyDomain(hostname);
        }
        const { min, max } = certificateManagerLimits.rows.certificates;
        if (certificates.length < min || certificates.length > max) {
            throw invalid(`A certificate map entry must have ${min} to ${max} certificates.`);
        }
        for (const value of certificates) {
            const path = expandPath(value, certificatePath, { project, location: "global" });
            if (!cloud.store.read(fullName(path))) {
                throw notFound(path);
            }
        }
        const current = cloud.store
            .list(`${fullName(parent)}/certificateMapEntries`)
            .find(
                ({ state }) => state.name !== inputs.name && state.hostname === hostname && state.matcher === matcher,
            );
        if (!old && current) {
            throw new GoogleError(409, `Resource '${current.id}' already has ${hostname ?? matcher}`);
        }
    },
    state: (inputs, { cloud }, old) => ({
        certificates: inputs.certificates.map((value: string) =>
            expandPath(value, certificatePath, { project: inputs.project, location: "global" }),
        ),
        state: "PENDING",
        ...timed(cloud, old),
    }),
};
