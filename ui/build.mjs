// Builds the files of the web site into the directory named on the command line (or in $OUT):
// css/app.css, js/app.js, js/htmx.js, fonts/*, icons.svg, favicon.svg.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile, copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { tabular } from './tabular.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? process.env.OUT;
if (!out) {
    console.error('usage: node build.mjs OUTDIR');
    process.exit(2);
}
const modules = join(here, 'node_modules');
// Style for a phone of 2017 with the browser of its time; scripts for browsers that are a little newer,
// since nothing depends on them.
const cssTarget = ['chrome61', 'firefox60', 'safari11'];
const jsTarget = 'es2018';

async function fonts() {
    const files = join(modules, '@fontsource/be-vietnam-pro/files');
    const ranges = {
        vietnamese:
            'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,' +
            'U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
        latin:
            'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,' +
            'U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
    };
    let css = '';
    const face = async (family, weight, name, data, range) => {
        await writeFile(join(out, 'fonts', name), data);
        // As the program serves it (asset_url): a page's preload and the style sheet must agree.
        const hash = createHash('sha256').update(data).digest('hex').slice(0, 16);
        css +=
            `@font-face{font-family:"${family}";font-style:normal;font-weight:${weight};font-display:swap;` +
            `src:url("/static/${hash}/fonts/${name}") format("${name.split('.').pop()}");unicode-range:${range}}\n`;
    };
    for (const weight of [400, 500, 600, 700]) {
        for (const [subset, range] of Object.entries(ranges)) {
            const data = await readFile(join(files, `be-vietnam-pro-${subset}-${weight}-normal.woff2`));
            await face('Be Vietnam Pro', weight, `be-vietnam-pro-${subset}-${weight}.woff2`, data, range);
        }
    }
    for (const weight of [400, 500, 600]) {
        const data = tabular(await readFile(join(files, `be-vietnam-pro-latin-${weight}-normal.woff`)));
        await face('Tabular', weight, `digits-${weight}.woff`, data, 'U+0030-0039');
    }
    return css;
}

// The dark colours are written once and stand in two places: chosen by the person, or by the system.
async function style() {
    const fontCss = await fonts();
    const dark = await readFile(join(here, 'css/dark.css'), 'utf8');
    await esbuild.build({
        entryPoints: [join(here, 'css/app.css')],
        outfile: join(out, 'css/app.css'),
        bundle: true,
        minify: true,
        target: cssTarget,
        external: ['*.woff2', '*.woff'],
        logLevel: 'warning',
        plugins: [
            {
                name: 'parts',
                setup(build) {
                    build.onResolve({ filter: /fonts\.css$/ }, () => ({ path: 'fonts', namespace: 'made' }));
                    build.onLoad({ filter: /.*/, namespace: 'made' }, () => ({ contents: fontCss, loader: 'css' }));
                    build.onLoad({ filter: /tokens\.css$/ }, async (args) => ({
                        contents: (await readFile(args.path, 'utf8')).replaceAll('/* @dark */', dark),
                        loader: 'css',
                    }));
                },
            },
        ],
    });
}

async function scripts() {
    await esbuild.build({
        entryPoints: [join(here, 'js/app.js')],
        outfile: join(out, 'js/app.js'),
        bundle: true,
        minify: true,
        format: 'iife',
        target: jsTarget,
        logLevel: 'warning',
    });
    await copyFile(join(modules, 'htmx.org/dist/htmx.min.js'), join(out, 'js/htmx.js'));
}

async function icons() {
    const names = (await readFile(join(here, 'icons.txt'), 'utf8'))
        .split('\n')
        .filter((line) => line && !line.startsWith('#'));
    const own = await readFile(join(here, 'img/icons.svg'), 'utf8');
    const symbols = [];
    for (const name of names) {
        const svg = await readFile(join(modules, '@tabler/icons/icons/outline', `${name}.svg`), 'utf8');
        const inner = svg
            .replace(/^[\s\S]*?<svg[\s\S]*?>/, '')
            .replace(/<\/svg>\s*$/, '')
            .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, '')
            .replace(/\s*\n\s*/g, '');
        symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`);
    }
    const sprite = own.replace(/\n\s*/g, '').replace('</svg>', symbols.join('') + '</svg>');
    await writeFile(join(out, 'icons.svg'), sprite);
}

// What others wrote goes out with its licence.
async function licences() {
    const parts = ['@fontsource/be-vietnam-pro', '@tabler/icons', 'htmx.org'].map(async (name) => {
        const dir = join(modules, name);
        const { version, license } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
        return `${name} ${version} (${license})\n\n${(await readFile(join(dir, 'LICENSE'), 'utf8')).trim()}\n`;
    });
    await writeFile(join(out, 'licences.txt'), (await Promise.all(parts)).join(`\n${'-'.repeat(80)}\n\n`));
}

for (const dir of ['css', 'js', 'fonts']) await mkdir(join(out, dir), { recursive: true });
await Promise.all([style(), scripts(), icons(), licences(), copyFile(join(here, 'img/favicon.svg'), join(out, 'favicon.svg'))]);
