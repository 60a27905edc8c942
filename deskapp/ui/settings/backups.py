"""Keeping a copy, taking everything out, bringing old mail in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLineEdit

from deskapp.core.ports import Services
from deskapp.ui.settings.jobs import JobView
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet
from deskapp.ui.shell.context import UiContext
from deskapp.ui.widgets import Button, PlainLabel


class BackupsSheet(Sheet):
    def __init__(self, context: UiContext, services: Services, preferences: Preferences) -> None:
        super().__init__()
        self.set_head(
            self.tr("Backups and export"),
            self.tr("Everything stays on this computer; a copy elsewhere is up to you."),
        )
        self._context, self._jobs = context, services.jobs
        bind = Binder(preferences, self)
        self.add(
            Row(
                self.tr("Daily backup"),
                self.tr("By itself, into the desk's own folder."),
                bind.switch("backup.daily"),
                first=True,
            ),
            Row(self.tr("Daily backups to keep"), "", bind.number("backup.keep")),
        )
        self._backup_section()
        self._export_section()
        self._import_section()
        self.finish()

    def is_dirty(self) -> bool:
        return any(view.running for view in (self.backup, self.export, self.mail))

    def _backup_section(self) -> None:
        self.section(self.tr("Back up now"))
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setMinimumWidth(220)
        self.backup = JobView(self._context.bridge)
        self.start_backup = Button(self.tr("Back up to a file…"), on_click=self._ask_backup)
        restore = PlainLabel(
            self.tr("To restore: close deskapp and run “deskapp restore FILE”."), "small"
        )
        restore.setWordWrap(True)
        self.add(
            Row(
                self.tr("Passphrase"),
                self.tr(
                    "Locks the mailbox passwords inside. Empty: they open on this computer only."
                ),
                self.passphrase,
                first=True,
            ),
            Row(self.tr("One file with everything"), "", self.start_backup),
            self.backup,
            restore,
        )

    def _export_section(self) -> None:
        self.section(self.tr("Take everything out"))
        self.export = JobView(self._context.bridge)
        button = Button(self.tr("Export to a folder…"), on_click=self._ask_export)
        self.add(
            Row(
                self.tr("Tickets, messages, contacts and events"),
                self.tr("As JSON lines that any program reads, attachments beside them."),
                button,
                first=True,
            ),
            self.export,
        )

    def _import_section(self) -> None:
        self.section(self.tr("Bring old mail in"))
        self.mail = JobView(self._context.bridge)
        files = Button(self.tr("Import files…"), on_click=self._ask_mail_files)
        folder = Button(self.tr("Import a folder…"), on_click=self._ask_mail_folder)
        self.add(
            Row(
                self.tr("mbox and .eml files"),
                self.tr("As history: threaded, silent, nobody is answered. Twice does no harm."),
                files,
                first=True,
            ),
            Row(self.tr("A Maildir, or a folder of any of these"), "", folder),
            self.mail,
        )

    # -- asking where ------------------------------------------------------------------------

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, title, home)
        dialog.setFileMode(mode)
        return dialog

    def _ask_backup(self) -> None:
        dialog = self._dialog(self.tr("Back up to a file"), QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("deskbackup")
        # The backup itself refuses to write over a file, and says so.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        now = QDateTime.fromMSecsSinceEpoch(self._context.clock.now())
        dialog.selectFile(f"deskapp-{now.toString('yyyy-MM-dd')}.deskbackup")
        dialog.fileSelected.connect(self.back_up)
        dialog.open()

    def back_up(self, target: str) -> None:
        """Write a backup to `target`, a path that the person chose."""
        words = self.passphrase.text()
        self.passphrase.clear()
        self.backup.start(
            lambda report: self._jobs.backup(target, words, report),
            self.tr("Written and read back: {path}"),
        )

    def _ask_export(self) -> None:
        dialog = self._dialog(self.tr("Export to a folder"), QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, folder: str) -> None:
        """Export into a new folder inside `folder`."""
        now = QDateTime.fromMSecsSinceEpoch(self._context.clock.now())
        target = str(Path(folder) / f"deskapp-export-{now.toString('yyyy-MM-dd-HHmmss')}")
        self.export.start(
            lambda report: self._jobs.export(target, report),
            self.tr("Exported to %1").replace("%1", target),
        )

    def _ask_mail_files(self) -> None:
        dialog = self._dialog(self.tr("Import mail"), QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.import_mail)
        dialog.open()

    def _ask_mail_folder(self) -> None:
        dialog = self._dialog(self.tr("Import mail"), QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.import_mail([folder]))
        dialog.open()

    def import_mail(self, paths: list[str]) -> None:
        """Bring in what is in these files and folders."""
        self.mail.start(
            lambda report: self._jobs.import_mail(paths, report), self.tr("The mail is in.")
        )
