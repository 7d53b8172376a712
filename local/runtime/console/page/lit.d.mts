// The server answers `/lit.mjs` with the file of this package, so that the page needs neither a bundle nor an import map.
export * from "lit-html";
