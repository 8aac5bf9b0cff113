// The client of `connlint lsp`. All that is known of connectors is in the server.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const vscode = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');
const launch = require('./launch');

const COPY = 'Copy the command';
const SETTINGS = 'Open the setting';
const DOCUMENTS = [
  { scheme: 'file', language: 'json' },
  { scheme: 'file', language: 'yaml' },
  { scheme: 'file', language: 'markdown' },
  { scheme: 'file', pattern: '**/{connlint,pyproject}.toml' },
];

let client;
let turn = Promise.resolve();

async function start() {
  const settings = vscode.workspace.getConfiguration('connlint');
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
  const command = launch.program(settings.get('path'), folders, {
    home: os.homedir(),
    platform: process.platform,
    exists: fs.existsSync,
  });
  const trouble = await launch.probe(command, folders[0]);
  if (trouble) {
    void tell(trouble);
    return;
  }
  client = new LanguageClient(
    'connlint',
    'connlint',
    { command, args: launch.ARGUMENTS, transport: TransportKind.stdio, options: { cwd: folders[0] } },
    { documentSelector: DOCUMENTS },
  );
  await client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.dispose();
}

/** Stop and start, one after the other however often it is asked for. */
function restart() {
  turn = turn.then(stop).then(start).catch((error) => {
    void vscode.window.showErrorMessage(`connlint: ${error.message ?? error}`);
  });
  return turn;
}

async function tell({ message, fix }) {
  const choices = fix ? [COPY, SETTINGS] : [SETTINGS];
  const chosen = await vscode.window.showErrorMessage(fix ? `${message} (${fix})` : message, ...choices);
  if (chosen === COPY) {
    await vscode.env.clipboard.writeText(fix);
  } else if (chosen === SETTINGS) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'connlint.path');
  }
}

function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('connlint.restart', restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('connlint.path')) {
        void restart();
      }
    }),
  );
  return restart();
}

function deactivate() {
  turn = turn.then(stop);
  return turn;
}

module.exports = { activate, deactivate };
