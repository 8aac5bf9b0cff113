// Which program is the language server, and what to tell people who do not have it.
'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');

const ARGUMENTS = ['lsp'];
const PIP = "pip install 'connlint[lsp]'";
const LONGEST_PROBE = 30_000;

/**
 * The program to run: the configured one, else that of a `.venv` in a folder of the workspace, else the name
 * alone, for the system to find on the PATH.
 */
function program(configured, folders, { home, platform, exists }) {
  const wanted = (configured ?? '').trim();
  if (wanted) {
    const here = wanted.replaceAll('${workspaceFolder}', folders[0] ?? '.');
    return here === '~' || here.startsWith('~/') ? path.join(home, here.slice(1)) : here;
  }
  const inside = platform === 'win32' ? ['Scripts', 'connlint.exe'] : ['bin', 'connlint'];
  return folders.map((folder) => path.join(folder, '.venv', ...inside)).find(exists) ?? 'connlint';
}

/**
 * Why the language server cannot be started, for people, and the command that mends it where there is one; null
 * where it can. It is started once without anything to read, and ends by itself.
 */
function probe(command, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, ARGUMENTS, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const timer = setTimeout(() => child.kill(), LONGEST_PROBE);
    let said = '';
    child.stderr.on('data', (part) => {
      said = `${said}${part}`.slice(-2000);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(absent(command, error));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : failed(command, code, said.trim()));
    });
  });
}

function absent(command, error) {
  const why = error.code === 'ENOENT' ? 'was not found' : `cannot be run (${error.code ?? error.message})`;
  return { message: `connlint: the program \`${command}\` ${why}. Install it, or set connlint.path.`, fix: PIP };
}

function failed(command, code, said) {
  const last = said.split('\n').pop();
  if (said.includes('pygls')) {
    return { message: `${command} is there, but its language server is not: it needs the extra "lsp".`, fix: PIP };
  }
  return { message: `${command} lsp ended with status ${code}${last ? `: ${last}` : '.'}`, fix: null };
}

module.exports = { ARGUMENTS, PIP, probe, program };
