"""Nothing under the GPL and nothing unused gets into the frozen app."""

import bundle
import pytest

LINUX = "_internal/PySide6/Qt"


@pytest.mark.parametrize(
    "path",
    [
        f"{LINUX}/lib/libQt6Charts.so.6",
        "_internal/PySide6/QtCharts.abi3.so",
        "_internal/PySide6/Qt6Graphs.dll",
        "_internal\\PySide6\\QtDataVisualization.pyd",
        "_internal/PySide6/Qt/lib/QtGraphs.framework/Versions/A/QtGraphs",
        f"{LINUX}/lib/libQt6GraphsWidgets.so.6",
    ],
)
def test_gpl_is_noticed(path: str) -> None:
    assert bundle.gpl_files(["_internal/a.so", path]) == [path]
    assert bundle.is_unwanted(path)


@pytest.mark.parametrize(
    "path",
    [
        f"{LINUX}/lib/libQt6WebEngineCore.so.6",
        f"{LINUX}/lib/libQt6Pdf.so.6",
        f"{LINUX}/lib/libQt6Quick.so.6",
        "_internal/PySide6/QtDesigner.abi3.so",
        f"{LINUX}/plugins/platforms/libqvnc.so",
        f"{LINUX}/plugins/platformthemes/libqgtk3.so",
        f"{LINUX}/plugins/multimedia/libffmpegmediaplugin.so",
        f"{LINUX}/translations/qtbase_fi.qm",
        f"{LINUX}/qml/QtQuick/qmldir",
        f"{LINUX}/lib/libavcodec.so.61",
        "_internal/libgtk-3.so.0",
        "_internal/babel/locale-data/fi.dat",
    ],
)
def test_dead_weight_is_noticed(path: str) -> None:
    assert bundle.is_unwanted(path)
    assert bundle.gpl_files([path]) == []


@pytest.mark.parametrize(
    "path",
    [
        "deskapp",
        f"{LINUX}/lib/libQt6Core.so.6",
        f"{LINUX}/lib/libQt6XcbQpa.so.6",
        "_internal/PySide6/QtWidgets.abi3.so",
        "_internal/PySide6/Qt6Multimedia.dll",
        f"{LINUX}/plugins/platforms/libqxcb.so",
        f"{LINUX}/plugins/platformthemes/libqxdgdesktopportal.so",
        "_internal/PySide6/plugins/multimedia/windowsmediaplugin.dll",
        f"{LINUX}/translations/qtbase_es.qm",
        "_internal/libglib-2.0.so.0",
        "_internal/babel/locale-data/es_MX.dat",
        "_internal/deskapp/resources/translations/deskapp_es.qm",
    ],
)
def test_what_is_used_stays(path: str) -> None:
    assert not bundle.is_unwanted(path)
